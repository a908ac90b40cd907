// The kinds of resource that ec2 has: how their ids look, what AWS says when one is malformed or missing,
// their ARNs, and what a policy may ask about them.
#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/kit/call.h"
#include "api/kit/requirements.h"
#include "base/result.h"
#include "services/ec2/network/network.h"

namespace haar::ec2 {

struct ResourceKind {
  std::string_view prefix;  // "sg-"
  std::string_view type;    // "security-group": in ARNs, tag specifications and DescribeTags
  std::string_view noun;    // "The security group '…' does not exist"
  std::string_view nouns;
  Error (*malformed)(std::string message);
  Error (*not_found)(std::string message);
};

extern const ResourceKind dhcp_options_kind, internet_gateway_kind, network_acl_kind, network_interface_kind,
    prefix_list_kind, route_table_kind, security_group_kind, security_group_rule_kind, subnet_kind, vpc_kind;

// "sg-0" and sixteen hexadecimal digits.
inline std::string new_id(const api::Call& call, const ResourceKind& kind) {
  return ec2_id(call.random(), kind.prefix.substr(0, kind.prefix.size() - 1));
}
// nullptr: no kind that haar has ids of this form.
const ResourceKind* kind_of_id(std::string_view id);
// The kind's own code and text unless `id` is the prefix and 8 or 17 lower-case hexadecimal digits.
Result<void> check_id(const ResourceKind& kind, std::string_view id);
Result<void> check_ids(const ResourceKind& kind, const std::optional<std::vector<std::string>>& ids);
Error not_found(const ResourceKind& kind, std::span<const std::string> ids);
inline Error not_found(const ResourceKind& kind, const std::string& id) { return not_found(kind, std::span(&id, 1)); }

// Prefix of the keys of this account's records in this region.
inline store::Key here(const api::Call& call) { return store::prefix_of(call.account(), call.region()); }

std::string arn_of(const api::Call& call, const ResourceKind& kind, std::string_view id);

// A requirement of the call's own action (or of `action`) on one resource, with the condition keys and tags
// that the authorization reference lists for its type. A missing resource has its ARN and no tags.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
api::Requirement& need_resource(const api::Call& call, api::Requirements& needs, const ResourceKind& kind,
                                std::string_view id, std::string action = {});
// On a resource that the call is about to make: its ARN ends in /*.
api::Requirement& need_new(const api::Call& call, api::Requirements& needs, const ResourceKind& kind,
                           std::string action = {});

// For Describe operations, whose actions have no resource type: `on(any_in_region)`.
struct AnyInRegion {
  template <class In>
  void operator()(const api::Call& call, const In&, api::Requirements& needs) const {
    needs.need("*").key("ec2:Region", call.region().value);
  }
};
inline constexpr AnyInRegion any_in_region;

// Keeps the wanted ids, in the records' order; an error names the missing ones. No ids: everything.
template <class T, class IdOf>
Result<void> keep_ids(const ResourceKind& kind, std::vector<T>& items,
                      const std::optional<std::vector<std::string>>& ids, IdOf id_of) {
  if (!ids || ids->empty()) return {};
  TRY(check_ids(kind, ids));
  std::vector<std::string> missing;
  for (const std::string& id : *ids) {
    const bool found = std::any_of(items.begin(), items.end(), [&](const T& item) { return id_of(item) == id; });
    if (!found) missing.push_back(id);
  }
  if (!missing.empty()) return not_found(kind, missing);
  std::erase_if(items, [&](const T& item) { return std::find(ids->begin(), ids->end(), id_of(item)) == ids->end(); });
  return {};
}

}  // namespace haar::ec2
