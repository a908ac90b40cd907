// What the operations of elasticache share: pages, and the refusal of what is not built.
#pragma once

#include <string>
#include <utility>

#include "model/elasticache/service.h"
#include "services/managed/paging.h"

namespace haar::elasticache {

inline constexpr api::PageRules page_rules = managed::page_rules<errors::InvalidParameterValue>("elasticache");

// "Snapshots are": what haar does not have is refused by its name.
inline Error not_built(std::string what) {
  return Error{"NotImplemented", std::move(what) + " not implemented by haar.", 501, Fault::receiver};
}

}  // namespace haar::elasticache
