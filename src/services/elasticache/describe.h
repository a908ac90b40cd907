// What the Describe operations of elasticache share.
#pragma once

#include "model/elasticache/service.h"
#include "services/managed/paging.h"

namespace haar::elasticache {

inline constexpr api::PageRules page_rules = managed::page_rules<errors::InvalidParameterValue>("elasticache");

}  // namespace haar::elasticache
