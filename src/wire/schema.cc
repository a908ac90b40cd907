#include "wire/schema.h"

#include <algorithm>

namespace haar::wire {

const Operation* find_operation(const Service& service, std::string_view name) {
  const auto at = std::lower_bound(service.operations.begin(), service.operations.end(), name,
                                   [](const Operation& o, std::string_view n) { return o.name < n; });
  return at != service.operations.end() && at->name == name ? &*at : nullptr;
}

const Member* find_member(const Shape& structure, std::string_view name) {
  for (const Member& m : structure.members)
    if (m.name == name) return &m;
  return nullptr;
}

}  // namespace haar::wire
