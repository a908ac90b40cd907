#pragma once

#include "services/manifest/service.h"

namespace haar::cloudwatch {

const services::Service& manifest();

}  // namespace haar::cloudwatch
