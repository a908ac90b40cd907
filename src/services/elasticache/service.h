#pragma once

#include "services/manifest/service.h"

namespace haar::elasticache {

const services::Service& manifest();

}  // namespace haar::elasticache
