#pragma once

#include "services/manifest/service.h"

namespace haar::secretsmanager {

const services::Service& manifest();

}  // namespace haar::secretsmanager
