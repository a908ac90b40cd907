#pragma once

#include "services/manifest/service.h"

namespace haar::tagging {

const services::Service& manifest();

}  // namespace haar::tagging
