// The rows of sts.
#pragma once

#include "api/row.h"

namespace haar::sts {

extern const api::Operations caller_operations;
extern const api::Operations assume_role_operations;

void register_sts(api::Registry& registry);

}  // namespace haar::sts
