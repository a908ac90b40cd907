#pragma once

#include "services/manifest/service.h"

namespace haar::rdsdata {

const services::Service& manifest();

}  // namespace haar::rdsdata
