// The compatibility page: what is built and what answers NotImplemented, said by the rows themselves.
#pragma once

#include <string>

#include "api/kit/row.h"

namespace haar::main {

// docs/compatibility.md, whole.
std::string compatibility_page(const api::Registry& registry);

}  // namespace haar::main
