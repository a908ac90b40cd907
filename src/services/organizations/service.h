#pragma once

#include "services/manifest/service.h"

namespace haar::organizations {

const services::Service& manifest();

}  // namespace haar::organizations
