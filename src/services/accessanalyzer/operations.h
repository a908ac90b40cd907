// The rows of Access Analyzer, one table per file of handlers, for its manifest (service.cc).
#pragma once

#include "api/kit/row.h"

namespace haar::accessanalyzer {

const api::Operations& checks_operations();
const api::Operations& validate_policy_operations();

}  // namespace haar::accessanalyzer
