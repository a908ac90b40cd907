#pragma once

#include "services/manifest/service.h"

namespace haar::iam {

const services::Service& manifest();

}  // namespace haar::iam
