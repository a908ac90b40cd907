// The rows of CloudTrail, one table per file of handlers, for its manifest (service.cc).
#pragma once

#include "api/kit/row.h"

namespace haar::cloudtrail {

const api::Operations& lookup_operations();
const api::Operations& trails_operations();
const api::Operations& describe_trails_operations();
const api::Operations& logging_operations();
const api::Operations& event_selectors_operations();
const api::Operations& tags_operations();
const api::Operations& public_keys_operations();

}  // namespace haar::cloudtrail
