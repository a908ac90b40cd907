#include "data/service_linked_roles.h"

#include <algorithm>

namespace haar::data {

std::span<const ServiceLinkedRole> service_linked_roles() {
  return {detail::service_linked_role_table, detail::service_linked_role_count};
}

const ServiceLinkedRole* find_service_linked_role(std::string_view principal) {
  const auto all = service_linked_roles();
  const auto at = std::ranges::lower_bound(all, principal, {}, &ServiceLinkedRole::principal);
  return at != all.end() && at->principal == principal ? &*at : nullptr;
}

}  // namespace haar::data
