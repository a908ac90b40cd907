#include "services/organizations/common.h"

#include <algorithm>

#include "api/kit/tags.h"
#include "base/arn.h"
#include "base/log.h"
#include "model/organizations/service.h"
#include "policy/document.h"

namespace haar::organizations {
namespace {

bool may_enter(const OrganizationCaller& org_caller, Audience audience) {
  if (org_caller.is_management || audience == Audience::members) return true;
  if (audience == Audience::management) return false;
  if (audience == Audience::administrators && org_caller.is_administrator) return true;
  // Whom it names was decided when the call was authorized against it.
  return org_caller.delegation != nullptr;
}

std::shared_ptr<const policy::Document> parsed(std::string_view text, policy::Kind kind) {
  Result<std::shared_ptr<const policy::Document>> document = policy::parse(text, kind);
  return document.ok() ? std::move(document).value() : nullptr;
}

// The organization's resource policy for a caller of this org_caller. A delegated administrator may read without
// being named in it, but what it denies is denied to everyone.
std::shared_ptr<const policy::PolicySet> delegation_for(const Call& call, const OrganizationCaller& org_caller,
                                                        bool by_registration) {
  std::vector<policy::Attached> documents;
  const auto add = [&](std::string_view text) {
    std::shared_ptr<const policy::Document> document = parsed(text, policy::Kind::resource);
    if (document == nullptr) log_error("an organization's resource policy cannot be read", {{"id", org_caller.delegation->id}});
    else documents.push_back({org_caller.delegation->id, policy::SourceType::resource, std::move(document)});
    return document != nullptr;
  };
  const bool readable = add(org_caller.delegation->content);
  if (readable && by_registration) {
    add(R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":")" + call.account().value +
        R"("},"Action":"organizations:*","Resource":"*"}]})");
  }
  return policy::PolicySet::build(std::move(documents));
}

}  // namespace

// ---- who is calling -----------------------------------------------------------------------------

std::optional<OrganizationCaller> organization_caller(const Call& call) {
  OrganizationCaller org_caller;
  org_caller.member = call.txn.get(members, member_key(call.account()));
  if (org_caller.member == nullptr) return std::nullopt;
  org_caller.management = AccountId(org_caller.member->management_account);
  org_caller.organization = call.txn.get(organization_records, organization_key(org_caller.management));
  if (org_caller.organization == nullptr) return std::nullopt;
  org_caller.is_management = org_caller.management == call.account();
  org_caller.is_administrator = !org_caller.member->delegated_services.empty();
  org_caller.delegation = call.txn.get(resource_policies, key_in(org_caller, "resource-policy"));
  return org_caller;
}

Error access_denied() { return errors::AccessDeniedException("You don't have permissions to access this resource."); }

Result<OrganizationCaller> enter(const Call& call, Audience audience) {
  const std::optional<OrganizationCaller> org_caller = organization_caller(call);
  if (!org_caller) return errors::AWSOrganizationsNotInUseException("Your account is not a member of an organization.");
  if (!may_enter(*org_caller, audience)) return access_denied();
  return *org_caller;
}

// ---- names --------------------------------------------------------------------------------------

Home home_of(const OrganizationCaller& org_caller) { return {org_caller.management, org_caller.organization->id}; }

Home home_of(const Call& call) {
  const std::optional<OrganizationCaller> org_caller = organization_caller(call);
  return org_caller ? home_of(*org_caller) : Home{call.account(), "o-"};
}

std::string arn_of(const Call& call, const Home& home, std::string_view kind, std::string_view rest) {
  std::string resource(kind);
  resource.append("/").append(home.organization_id);
  if (!rest.empty()) resource.append("/").append(rest);
  return make_arn(call.partition(), "organizations", "", home.management, resource);
}

std::string policy_arn(const Call& call, const Home& home, const PolicyType& type, std::string_view id) {
  const std::string rest = std::string(type.slug) + "/" + std::string(id);
  if (type_of_aws_policy(id) == nullptr) return arn_of(call, home, "policy", rest);
  return make_arn(call.partition(), "organizations", "", AccountId("aws"), "policy/" + rest);
}

std::string target_arn(const Call& call, const Home& home, std::string_view id) {
  if (is_account_id(id)) return arn_of(call, home, "account", id);
  if (is_unit_id(id)) return arn_of(call, home, "ou", id);
  if (id.starts_with("rp-")) return arn_of(call, home, "resourcepolicy", id);
  if (!id.starts_with("p-")) return arn_of(call, home, "root", id);
  if (const PolicyType* aws = type_of_aws_policy(id)) return policy_arn(call, home, *aws, id);
  const PolicyType* type = find_policy_type(type_of_policy(call, id));
  return policy_arn(call, home, type != nullptr ? *type : *policy_types().front(), id);
}

bool is_account_id(std::string_view id) {
  return id.size() == 12 && std::ranges::all_of(id, [](char c) { return c >= '0' && c <= '9'; });
}
bool is_root_id(std::string_view id) { return id.starts_with("r-"); }
bool is_unit_id(std::string_view id) { return id.starts_with("ou-"); }

std::string new_id(Random& random, std::string_view prefix, std::size_t characters) {
  return std::string(prefix) + random_text(random, alphabet_lower_alnum, characters);
}

// ---- records ------------------------------------------------------------------------------------

store::Key node_key(const OrganizationCaller& org_caller, std::string_view id) { return key_in(org_caller, id); }
store::Key policy_key(const OrganizationCaller& org_caller, std::string_view id) { return key_in(org_caller, id); }

const NodeRecord* find_node(const Call& call, const OrganizationCaller& org_caller, std::string_view id) {
  return call.txn.get(nodes, node_key(org_caller, id));
}

const MemberRecord* find_member(const Call& call, const OrganizationCaller& org_caller, std::string_view account_id) {
  if (!is_account_id(account_id)) return nullptr;
  const MemberRecord* member = call.txn.get(members, member_key(AccountId(account_id)));
  return member != nullptr && member->organization_id == org_caller.organization->id ? member : nullptr;
}

Result<const MemberRecord*> need_member(const Call& call, const OrganizationCaller& org_caller, std::string_view account_id) {
  const MemberRecord* member = find_member(call, org_caller, account_id);
  if (member == nullptr) return errors::AccountNotFoundException("You specified an account that doesn't exist.");
  return member;
}

const PolicyRecord* find_policy(const Call& call, const OrganizationCaller& org_caller, std::string_view id) {
  return call.txn.get(policies, policy_key(org_caller, id));
}

std::string path_of(const store::Reader& reader, const AccountId& management, const OrganizationRecord& organization,
                    std::string_view node_id) {
  std::string path;
  for (std::string id(node_id); !id.empty();) {
    path.insert(0, id + "/");
    const NodeRecord* node = reader.get(nodes, store::key_of(management, store::global, organization.id, id));
    if (node == nullptr) break;
    id = node->parent_id;
  }
  return organization.id + "/" + path;
}

std::string path_of(const Call& call, const OrganizationCaller& org_caller, std::string_view node_id) {
  return path_of(call.txn, org_caller.management, *org_caller.organization, node_id);
}

void touch(store::Txn& txn, Random& random, const AccountId& management, OrganizationRecord organization) {
  std::uint8_t bytes[sizeof organization.stamp];
  random.fill(bytes);
  organization.stamp = 0;
  for (const std::uint8_t byte : bytes) organization.stamp = organization.stamp << 8 | byte;
  txn.put(organization_records, organization_key(management), std::move(organization));
}

void touch(Call& call, const OrganizationCaller& org_caller) {
  // The record of now, which this call may have written already.
  const OrganizationRecord& now = *call.txn.get(organization_records, organization_key(org_caller.management));
  touch(call.txn, call.random(), org_caller.management, now);
}

// ---- errors -------------------------------------------------------------------------------------

Error constraint(std::string_view reason, std::string message) {
  return errors::ConstraintViolationException(std::move(message)).with("Reason", std::string(reason));
}

Error invalid_input(std::string_view reason, std::string message) {
  return errors::InvalidInputException(std::move(message)).with("Reason", std::string(reason));
}

Error unbuilt_policy_type(std::string_view name) {
  return {"NotImplemented",
          "Policies of type " + std::string(name) + " are not implemented by haar: it has service control policies and "
          "resource control policies.", 501, Fault::receiver};
}

Result<const PolicyType*> need_policy_type(std::string_view name) {
  const PolicyType* type = find_policy_type(name);
  if (type == nullptr) return unbuilt_policy_type(name);
  return type;
}

// ---- tags ---------------------------------------------------------------------------------------

std::vector<Tag> tag_view(const TagList& tags) { return api::tag_views<Tag>(tags); }

api::TagMap tag_map(const TagList& tags) { return api::tag_map(tags); }
api::TagMap tag_map(const std::optional<std::vector<Tag>>& tags) { return api::tag_map(tags); }

namespace {

// The model bounds keys and values.
Error refuse_tag(api::TagFault fault, const std::string&, const api::TagRules&) {
  switch (fault) {
    case api::TagFault::reserved_key:
      return invalid_input("INVALID_SYSTEM_TAGS_PARAMETER", "You can't add, edit, or delete system tag keys.");
    case api::TagFault::too_many:
      return constraint("MAX_TAG_LIMIT_EXCEEDED", "You have exceeded the number of tags allowed on this resource.");
    default:
      return invalid_input("DUPLICATE_TAG_KEY", "Tag keys must be unique among the tags attached to the same entity.");
  }
}

constexpr std::string_view reserved_prefixes[] = {"aws:"};
constexpr api::TagRules tag_rules{.per_resource_max = tags_max,
                                  .reserved_prefixes = reserved_prefixes,
                                  .reserved_in_any_case = true,
                                  .refuse = refuse_tag};

}  // namespace

Result<void> add_tags(TagList& tags, const std::vector<Tag>& added) {
  return api::merge_tags(tag_rules, tags, api::tag_pairs(added));
}

void remove_tags(TagList& tags, const std::vector<std::string>& keys) { api::remove_tags(tag_rules, tags, keys); }

const TagList* tags_of(const Call& call, const OrganizationCaller& org_caller, std::string_view id) {
  if (const NodeRecord* node = find_node(call, org_caller, id)) return &node->tags;
  if (const MemberRecord* member = find_member(call, org_caller, id)) return &member->tags;
  if (const PolicyRecord* policy = find_policy(call, org_caller, id)) return &policy->tags;
  if (org_caller.delegation != nullptr && org_caller.delegation->id == id) return &org_caller.delegation->tags;
  return nullptr;
}

Result<TagList> new_tags(const std::optional<std::vector<Tag>>& tags) {
  TagList list;
  if (tags) TRY(add_tags(list, *tags));
  return list;
}

// ---- resolvers ----------------------------------------------------------------------------------

Requirement& demand(const Call& call, Requirements& needs, Audience audience, std::string arn) {
  Requirement& need = needs.need(std::move(arn));
  const std::optional<OrganizationCaller> org_caller = organization_caller(call);
  const bool delegable = audience == Audience::administrators || audience == Audience::delegates;
  if (!org_caller || org_caller->is_management || org_caller->delegation == nullptr || !delegable) return need;
  const bool by_registration = audience == Audience::administrators && org_caller->is_administrator;
  need.owner = org_caller->management;
  need.resource_policy = delegation_for(call, *org_caller, by_registration);
  return need;
}

void demand_tags(Requirements& needs, const Requirement& made, std::string arn) {
  if (made.request_tags.empty()) return;
  Requirement tagging = made;
  tagging.action = "organizations:TagResource";
  tagging.resource = std::move(arn);
  tagging.resource_tags.clear();
  Requirement& need = needs.need(tagging.action, tagging.resource);
  need = std::move(tagging);
}

Requirement& demand_target(const Call& call, Requirements& needs, Audience audience, std::string_view id) {
  if (id.starts_with("p-")) return demand_policy(call, needs, audience, id);
  const std::optional<OrganizationCaller> org_caller = organization_caller(call);
  const Home home = org_caller ? home_of(*org_caller) : home_of(call);
  Requirement& need = demand(call, needs, audience, target_arn(call, home, id));
  if (!org_caller) return need;
  if (const TagList* tags = tags_of(call, *org_caller, id)) need.resource_tags = tag_map(*tags);
  return need;
}

Requirement& demand_policy(const Call& call, Requirements& needs, Audience audience, std::string_view policy_id) {
  Requirement& need = demand(call, needs, audience, target_arn(call, home_of(call), policy_id));
  const std::string_view type = type_of_policy(call, policy_id);
  if (!type.empty()) need.key("organizations:PolicyType", std::string(type));
  const std::optional<OrganizationCaller> org_caller = organization_caller(call);
  const PolicyRecord* policy = org_caller ? find_policy(call, *org_caller, policy_id) : nullptr;
  if (policy != nullptr) need.resource_tags = tag_map(policy->tags);
  return need;
}

std::string_view type_of_policy(const Call& call, std::string_view policy_id) {
  if (const PolicyType* aws = type_of_aws_policy(policy_id)) return aws->name;
  const std::optional<OrganizationCaller> org_caller = organization_caller(call);
  const PolicyRecord* policy = org_caller ? find_policy(call, *org_caller, policy_id) : nullptr;
  return policy != nullptr ? std::string_view(policy->type) : std::string_view();
}

}  // namespace haar::organizations
