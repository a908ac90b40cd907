#pragma once

#include "services/manifest/service.h"

namespace haar::ec2 {

const services::Service& manifest();

}  // namespace haar::ec2
