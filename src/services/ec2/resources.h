// The kinds of resource that ec2 has: how their ids look, what AWS says when one is malformed or missing,
// their ARNs, and what a policy may ask about them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/kit/call.h"
#include "api/kit/requirements.h"
#include "api/kit/tagged_records.h"
#include "base/result.h"
#include "services/ec2/network/network.h"

namespace haar::ec2 {

// A kind stands with its Describe operation, in a file of its own.
struct ResourceKind {
  std::string_view prefix;  // "sg-"
  std::string_view type;    // "security-group": in ARNs, tag specifications and DescribeTags
  std::string_view noun;    // "The security group '…' does not exist"
  std::string_view nouns;
  Error (*malformed)(std::string message);
  Error (*not_found)(std::string message);
  const api::TaggedRecords& records;
  // Adds the tags of one, and the condition keys of its kind, to what a call needs; nothing for one that does not exist.
  void (*describe)(const api::Call& call, std::string_view id, api::Requirement& need);
  std::string_view id_key;  // "ec2:SecurityGroupID": the condition key of its id; empty where it has none
  // What stands for the one with this id in its ARN; null: the id.
  std::string (*arn_name)(const api::Call& call, std::string_view id) = nullptr;
};

extern const ResourceKind dhcp_options_kind, egress_only_gateway_kind, elastic_ip_kind, instance_kind, internet_gateway_kind,
    key_pair_kind, nat_gateway_kind, network_acl_kind, network_interface_kind, peering_kind, prefix_list_kind,
    route_table_kind, security_group_kind, security_group_rule_kind, subnet_kind, vpc_endpoint_kind, vpc_kind;

// "sg-0" and sixteen hexadecimal digits.
inline std::string new_id(const api::Call& call, const ResourceKind& kind) {
  return ec2_id(call.random(), kind.prefix.substr(0, kind.prefix.size() - 1));
}
// Every kind, in the order of their prefixes, which is that of all ids.
std::span<const ResourceKind* const> all_kinds();
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

// The describe() of the kind whose records are in `space`; `add_keys(call, record, need)` adds the condition keys that the
// authorization reference lists for it beside those of tags and of the id.
template <const auto& space, auto add_keys>
void describe_record(const api::Call& call, std::string_view id, api::Requirement& need) {
  const auto* found = call.txn.get(space, call.key(id));
  if (found == nullptr) return;
  need.resource_tags = found->tags;
  add_keys(call, *found, need);
}
// For kinds of which a policy can ask nothing but tags and the id.
inline constexpr auto no_more_keys = [](const api::Call&, const auto&, api::Requirement&) {};

}  // namespace haar::ec2
