// Where a service puts what it runs in a customer's VPC, and how that is named.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/kit/call.h"
#include "store/space.h"

namespace haar::managed {

// The service's words for security groups that it cannot use.
struct SecurityGroupRefusals {
  std::function<Error()> no_vpc;
  std::function<Error(const std::string& id)> unknown;
  std::function<Error(const std::string& other_vpc_id)> other_vpc;
};
// The ids asked for, each once, checked to be of this VPC; without any, the VPC's default group.
Result<std::vector<std::string>> resolve_security_groups(const api::Call& call, const std::string& vpc_id,
                                                         const std::optional<std::vector<std::string>>& ids,
                                                         const SecurityGroupRefusals& refusals);

// The account's label in endpoint names of this region; made when first asked for in a write: `prefix` and letters and
// digits, `length` in all.
template <class DomainRecord>
std::string domain_label(api::Call& call, const store::KeySpace<DomainRecord>& domains, std::string_view prefix,
                         std::size_t length) {
  const store::Key key = call.key("label");
  if (const DomainRecord* known = call.txn.get(domains, key)) return known->label;
  std::string label = std::string(prefix) + random_text(call.random(), alphabet_lower_alnum, length - prefix.size());
  call.txn.put(domains, key, DomainRecord{label});
  return label;
}

// Letters, digits and hyphens; first a letter, no hyphen at the end, no two in a row.
bool is_identifier(std::string_view text);

}  // namespace haar::managed
