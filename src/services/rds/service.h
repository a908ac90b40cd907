#pragma once

#include "services/manifest/service.h"

namespace haar::rds {

const services::Service& manifest();

}  // namespace haar::rds
