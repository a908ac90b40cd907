#pragma once

#include "services/manifest/service.h"

namespace haar::cloudtrail {

const services::Service& manifest();

}  // namespace haar::cloudtrail
