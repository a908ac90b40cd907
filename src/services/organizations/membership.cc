#include "services/organizations/membership.h"

#include <algorithm>

#include "base/log.h"
#include "services/organizations/common.h"

namespace haar::organizations {
namespace {

// Stands for a policy that cannot be read: what it denies is not known.
constexpr std::string_view deny_everything_scp =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]})";
constexpr std::string_view deny_everything_rcp =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","NotAction":"haar:None","Resource":"*"}]})";

// The root first, the account's own parent last.
std::vector<const NodeRecord*> chain_of(const store::Reader& reader, const AccountId& management,
                                        const OrganizationRecord& organization, const std::string& parent_id) {
  std::vector<const NodeRecord*> chain;
  for (std::string id = parent_id; !id.empty();) {
    const NodeRecord* node = reader.get(nodes, store::key_of(management, store::global, organization.id, id));
    if (node == nullptr) break;
    chain.push_back(node);
    id = node->parent_id;
  }
  std::ranges::reverse(chain);
  return chain;
}

}  // namespace

std::shared_ptr<const api::Membership> Memberships::find(const store::Reader& reader, const AccountId& account) {
  if (reader.count(organization_records, {}) == 0) return nullptr;
  const MemberRecord* member = reader.get(members, member_key(account));
  if (member == nullptr) return nullptr;
  const OrganizationRecord* organization =
      reader.get(organization_records, organization_key(AccountId(member->management_account)));
  if (organization == nullptr) return nullptr;
  const Known known = memberships_.find(account.value);
  if (known.membership != nullptr && known.stamp == organization->stamp) return known.membership;
  std::shared_ptr<const api::Membership> fresh = build(reader, account, *member, *organization);
  memberships_.put(account.value, {organization->stamp, fresh});
  return fresh;
}

std::shared_ptr<const api::Membership> Memberships::build(const store::Reader& reader, const AccountId& account,
                                                          const MemberRecord& member,
                                                          const OrganizationRecord& organization) {
  auto out = std::make_shared<api::Membership>();
  const AccountId management(member.management_account);
  out->organization_id = organization.id;
  out->path = path_of(reader, management, organization, member.parent_id);
  out->management_account = management;
  out->management = management == account;
  out->all_features = organization.feature_set == "ALL";
  for (const ServiceGrant& grant : organization.trusted_services) out->trusted_services.insert(grant.service);
  for (const ServiceGrant& grant : member.delegated_services) out->delegated_services.insert(grant.service);
  // Neither SCPs nor RCPs apply to the management account.
  if (out->management) return out;
  const std::vector<const NodeRecord*> chain = chain_of(reader, management, organization, member.parent_id);
  for (const PolicyType* type : policy_types()) {
    if (!(organization.*type->state).enabled) continue;
    auto& levels = type->kind == policy::Kind::scp ? out->scp_levels : out->rcp_levels;
    for (const NodeRecord* node : chain)
      levels.push_back(level(reader, management, organization, attachments_of(*node, *type), *type));
    levels.push_back(level(reader, management, organization, attachments_of(member, *type), *type));
  }
  return out;
}

Memberships::Level Memberships::level(const store::Reader& reader, const AccountId& management,
                                      const OrganizationRecord& organization, const Attachments& attachments,
                                      const PolicyType& type) {
  std::vector<policy::Attached> documents;
  for (const std::string& id : attached_ids(organization, attachments, type)) {
    std::string_view text;
    if (id == type.full_access_id) {
      text = type.full_access_content;
    } else if (const PolicyRecord* policy =
                   reader.get(policies, store::key_of(management, store::global, organization.id, id))) {
      text = policy->content;
    }
    documents.push_back({id, policy::SourceType::organization, document(id, text, type)});
  }
  return policy::PolicySet::build(std::move(documents));
}

std::shared_ptr<const policy::Document> Memberships::document(const std::string& id, std::string_view text,
                                                              const PolicyType& type) {
  std::shared_ptr<const policy::Document> known = documents_.find(id);
  if (known != nullptr && policy::text_of(*known) == text) return known;
  Result<std::shared_ptr<const policy::Document>> parsed = policy::parse(text, type.kind);
  if (!parsed.ok()) {
    log_error("a policy of an organization cannot be read, so it denies everything", {{"policy", id}});
    const bool scp = type.kind == policy::Kind::scp;
    return policy::parse(scp ? deny_everything_scp : deny_everything_rcp, type.kind).value();
  }
  documents_.put(id, *parsed);
  return *parsed;
}

}  // namespace haar::organizations
