// The rows of the Data API, one table per file of handlers, for its manifest (service.cc).
#pragma once

#include "api/kit/row.h"

namespace haar::rdsdata {

const api::Operations& statements_operations();
const api::Operations& transactions_operations();

}  // namespace haar::rdsdata
