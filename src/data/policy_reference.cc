#include "data/policy_reference.h"

#include <algorithm>

namespace haar::data {

std::span<const ServiceReference> service_references() {
  return {detail::service_reference_table, detail::service_reference_count};
}

const ServiceReference* find_service_reference(std::string_view prefix) {
  const auto all = service_references();
  const auto at = std::lower_bound(all.begin(), all.end(), prefix,
                                   [](const ServiceReference& one, std::string_view p) { return one.prefix < p; });
  return at != all.end() && at->prefix == prefix ? &*at : nullptr;
}

}  // namespace haar::data
