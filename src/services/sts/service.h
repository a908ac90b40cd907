#pragma once

#include "services/manifest/service.h"

namespace haar::sts {

const services::Service& manifest();

}  // namespace haar::sts
