#include "data/managed_policies.h"

#include <algorithm>

namespace haar::data {

std::span<const ManagedPolicy> managed_policies() {
  return {detail::managed_policy_table, detail::managed_policy_count};
}

const ManagedPolicy* find_managed_policy(std::string_view arn) {
  const auto all = managed_policies();
  const auto found = std::lower_bound(all.begin(), all.end(), arn,
                                      [](const ManagedPolicy& policy, std::string_view key) { return policy.arn < key; });
  return found != all.end() && found->arn == arn ? &*found : nullptr;
}

}  // namespace haar::data
