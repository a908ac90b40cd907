#include "data/service_names.h"

#include <algorithm>

namespace haar::data {

std::span<const ServiceName> service_names() { return {detail::service_name_table, detail::service_name_count}; }

const ServiceName* find_service_name(std::string_view prefix) {
  const auto all = service_names();
  const auto at = std::ranges::lower_bound(all, prefix, {}, &ServiceName::prefix);
  return at != all.end() && at->prefix == prefix ? &*at : nullptr;
}

}  // namespace haar::data
