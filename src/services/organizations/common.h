// What the handlers of organizations share: who is calling and whether they may, where things are, how they
// are found and written, and what the rows' resolvers ask for.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/kit/call.h"
#include "api/kit/requirements.h"
#include "base/result.h"
#include "model/organizations/TagResource.h"
#include "services/organizations/policy_types.h"
#include "services/organizations/records.h"

namespace haar::organizations {

using api::Call;
using api::Requirement;
using api::Requirements;

// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
// AWS begins at ten accounts and grants more on request; haar has nobody to ask, so this is AWS's maximum.
inline constexpr std::uint32_t accounts_max = 10'000;
inline constexpr std::size_t units_max = 2'000, unit_depth_max = 5, tags_max = 50;
inline constexpr std::size_t trusted_services_max = 200;   // haar's own bound: AWS has fewer services than that
inline constexpr std::size_t page_items_max = 20;          // the most that one page holds, and what it holds unasked

// ---- who is calling -----------------------------------------------------------------------------

// The caller's account and its organization. Pointers live as long as the call's transaction.
struct OrganizationCaller {
  const MemberRecord* member = nullptr;
  const OrganizationRecord* organization = nullptr;
  AccountId management;        // the management account
  bool is_management = false;  // the caller's account is that one
  bool is_administrator = false;  // it is a delegated administrator of some service
  const ResourcePolicyRecord* delegation = nullptr;  // the organization's resource policy; null: none
};
// nullopt: the caller's account is in no organization.
std::optional<OrganizationCaller> organization_caller(const Call& call);

// From which accounts an operation may be called, as its page of the API reference says.
enum class Audience : std::uint8_t {
  members,         // any account of the organization
  administrators,  // the management account, delegated administrators, whom the resource policy names
  delegates,       // the management account, and whom the resource policy names
  management,      // the management account alone
};
// AWSOrganizationsNotInUseException, or AccessDeniedException for an account that is not of the audience.
Result<OrganizationCaller> enter(const Call& call, Audience audience);
Error access_denied();

// ---- names --------------------------------------------------------------------------------------

// What the ARNs of an organization's resources begin with. Of an account in none: its own id and "o-".
struct Home {
  AccountId management;
  std::string organization_id;
};
Home home_of(const Call& call);
Home home_of(const OrganizationCaller& org_caller);

// arn:aws:organizations::<management account>:<kind>/<organization>[/<rest>]
std::string arn_of(const Call& call, const Home& home, std::string_view kind, std::string_view rest = {});
// Of a root, OU, account, policy or resource policy, told apart by their ids.
std::string target_arn(const Call& call, const Home& home, std::string_view id);
std::string policy_arn(const Call& call, const Home& home, const PolicyType& type, std::string_view id);

bool is_account_id(std::string_view id);
bool is_root_id(std::string_view id);
bool is_unit_id(std::string_view id);

// "o-" and the like with as many random characters.
std::string new_id(Random& random, std::string_view prefix, std::size_t characters);

// ---- records ------------------------------------------------------------------------------------

store::Key node_key(const OrganizationCaller& org_caller, std::string_view id);
store::Key policy_key(const OrganizationCaller& org_caller, std::string_view id);
template <class... Parts>
store::Key key_in(const OrganizationCaller& org_caller, const Parts&... parts) {
  return store::key_of(org_caller.management, store::global, org_caller.organization->id, parts...);
}

// nullptr: the organization has none of that id.
const NodeRecord* find_node(const Call& call, const OrganizationCaller& org_caller, std::string_view id);
const MemberRecord* find_member(const Call& call, const OrganizationCaller& org_caller, std::string_view account_id);
const PolicyRecord* find_policy(const Call& call, const OrganizationCaller& org_caller, std::string_view id);
// AccountNotFoundException.
Result<const MemberRecord*> need_member(const Call& call, const OrganizationCaller& org_caller, std::string_view account_id);

// "o-…/r-…/ou-…/": of a node, the node itself included. `node_id` must exist.
std::string path_of(const store::Reader& reader, const AccountId& management, const OrganizationRecord& organization,
                    std::string_view node_id);
std::string path_of(const Call& call, const OrganizationCaller& org_caller, std::string_view node_id);

// Writes the organization with a new stamp. Whatever changes what applies to an account calls it.
void touch(store::Txn& txn, Random& random, const AccountId& management, OrganizationRecord organization);
void touch(Call& call, const OrganizationCaller& org_caller);

// ---- errors with a Reason -----------------------------------------------------------------------

Error constraint(std::string_view reason, std::string message);
Error invalid_input(std::string_view reason, std::string message);
// 501: other types of policy than SCPs and RCPs.
Error unbuilt_policy_type(std::string_view name);
Result<const PolicyType*> need_policy_type(std::string_view name);

// ---- tags ---------------------------------------------------------------------------------------

std::vector<Tag> tag_view(const TagList& tags);
api::TagMap tag_map(const TagList& tags);
api::TagMap tag_map(const std::optional<std::vector<Tag>>& tags);
// InvalidInput DUPLICATE_TAG_KEY or INVALID_SYSTEM_TAGS_PARAMETER, ConstraintViolation MAX_TAG_LIMIT_EXCEEDED.
Result<void> add_tags(TagList& tags, const std::vector<Tag>& added);
void remove_tags(TagList& tags, const std::vector<std::string>& keys);
// Of the root, an OU, an account, a policy of the organization's own or its resource policy; null: there is none such.
const TagList* tags_of(const Call& call, const OrganizationCaller& org_caller, std::string_view id);
Result<TagList> new_tags(const std::optional<std::vector<Tag>>& tags);

// ---- resolvers ----------------------------------------------------------------------------------

// The call's own action on `arn`. A caller that only the organization's resource policy may let in is
// evaluated across accounts, against that policy.
Requirement& demand(const Call& call, Requirements& needs, Audience audience, std::string arn);
// The same, on a root, OU, account, policy or resource policy by its id, with its tags.
Requirement& demand_target(const Call& call, Requirements& needs, Audience audience, std::string_view id);
// A policy by its id, with organizations:PolicyType.
Requirement& demand_policy(const Call& call, Requirements& needs, Audience audience, std::string_view policy_id);
// The type of a policy of the caller's organization; empty: there is no such policy.
std::string_view type_of_policy(const Call& call, std::string_view policy_id);

// "If the request includes tags, then the requester must have the organizations:TagResource permission", on what the
// call makes. `made`: the requirement of the call's own action, with the tags; without any nothing is asked for.
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_tagging.html
void demand_tags(Requirements& needs, const Requirement& made, std::string arn);

// on(anything<Audience::administrators>): the reference gives the action no resource type.
template <Audience audience>
struct Anything {
  template <class Input>
  void operator()(const Call& call, const Input& in, Requirements& needs) const {
    Requirement& need = demand(call, needs, audience, "*");
    if constexpr (requires { in.ServicePrincipal; }) add_service(need, in.ServicePrincipal);
    // Of these only accounts are made with tags.
    if constexpr (requires { in.Tags; }) {
      need.request_tags = tag_map(in.Tags);
      demand_tags(needs, need, arn_of(call, home_of(call), "account", "*"));
    }
  }

 private:
  static void add_service(Requirement& need, const std::string& service) {
    need.key("organizations:ServicePrincipal", service);
  }
  static void add_service(Requirement& need, const std::optional<std::string>& service) {
    if (service) add_service(need, *service);
  }
};
template <Audience audience>
inline constexpr Anything<audience> anything;

// on(on_account<Audience::management>): the account that the input names.
template <Audience audience>
struct OnAccount {
  template <class Input>
  void operator()(const Call& call, const Input& in, Requirements& needs) const {
    Requirement& need = demand_target(call, needs, audience, in.AccountId);
    if constexpr (requires { in.ServicePrincipal; }) need.key("organizations:ServicePrincipal", in.ServicePrincipal);
  }
};
template <Audience audience>
inline constexpr OnAccount<audience> on_account;

// on(on_parent<Audience::administrators>): the root or OU that the input names.
template <Audience audience>
struct OnParent {
  template <class Input>
  void operator()(const Call& call, const Input& in, Requirements& needs) const {
    Requirement& need = demand_target(call, needs, audience, in.ParentId);
    if constexpr (requires { in.Tags; }) {
      need.request_tags = tag_map(in.Tags);
      demand_tags(needs, need, arn_of(call, home_of(call), "ou", "ou-*"));
    }
  }
};
template <Audience audience>
inline constexpr OnParent<audience> on_parent;

}  // namespace haar::organizations
