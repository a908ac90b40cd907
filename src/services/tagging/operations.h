// The Resource Groups Tagging API: the tags of all services in one place. It has no records of its own.
// https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/overview.html
#pragma once

#include "api/kit/row.h"

namespace haar::tagging {

const api::Operations& compliance_operations();
const api::Operations& get_resources_operations();
const api::Operations& names_operations();
const api::Operations& tag_resources_operations();


}  // namespace haar::tagging
