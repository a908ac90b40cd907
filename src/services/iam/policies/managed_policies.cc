#include "services/iam/policies/managed_policies.h"

#include <optional>

#include "base/arn.h"
#include "model/iam/service.h"
#include "policy/service_rules.h"

namespace haar::iam {
namespace {

// The part of a policy's ARN behind "policy": "/path/name".
std::optional<std::string_view> policy_resource(const Arn& arn) {
  constexpr std::string_view kind = "policy/";
  if (arn.service != "iam" || !arn.region.empty() || !arn.resource.starts_with(kind)) return std::nullopt;
  if (arn.resource.size() == kind.size() || arn.resource.ends_with('/')) return std::nullopt;
  return std::string_view(arn.resource).substr(kind.size() - 1);
}

template <class Record>
std::size_t count_of(const store::Reader& reader, const store::KeySpace<Record>& space,
                     const store::Index<Record>& index, const store::Key& term) {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& found : reader.find(space, index, term)) ++count;
  return count;
}

}  // namespace

FoundPolicy find_policy(const store::Reader& reader, const Partition& partition, const AccountId& account,
                        std::string_view arn) {
  if (const AwsPolicy* aws = data::find_managed_policy(arn)) return {aws, nullptr};
  const std::optional<Arn> parts = Arn::parse(arn);
  if (!parts || parts->account != account.value) return {};
  const std::optional<std::string_view> resource = policy_resource(*parts);
  if (!resource) return {};
  const std::string_view name = resource->substr(resource->rfind('/') + 1);
  const PolicyRecord* record = reader.get(policies, entity_key(account, name));
  if (record == nullptr || arn_of(partition, account, *record) != arn) return {};
  return {nullptr, record};
}

const PolicyVersionRecord* find_version(const PolicyRecord& policy, std::string_view version_id) {
  for (const PolicyVersionRecord& version : policy.versions) {
    if (version.id == version_id) return &version;
  }
  return nullptr;
}

std::string_view default_document(const FoundPolicy& policy) {
  if (policy.aws != nullptr) return policy.aws->document;
  return find_version(*policy.customer, policy.customer->default_version_id)->document;
}

Result<void> check_policy_arn(std::string_view arn) {
  const std::optional<Arn> parts = Arn::parse(arn);
  const std::string message = "ARN " + std::string(arn) + " is not valid.";
  if (!parts) return errors::ValidationError(message);
  if (!policy_resource(*parts)) return errors::InvalidInput(message);
  return {};
}

Error not_attachable(std::string_view arn) {
  return errors::NoSuchEntity("Policy " + std::string(arn) + " does not exist or is not attachable.");
}

Error policy_not_found(std::string_view arn) {
  return errors::NoSuchEntity("Policy " + std::string(arn) + " was not found.");
}

Result<const PolicyRecord*> need_customer_policy(const Call& call, const std::string& arn,
                                                 Error (*missing)(std::string_view)) {
  TRY(check_policy_arn(arn));
  const FoundPolicy found = find_policy(call.txn, call.partition(), call.account(), arn);
  if (found.customer == nullptr) return missing(arn);
  return found.customer;
}

std::size_t attachment_count(const store::Reader& reader, const AccountId& account, std::string_view arn) {
  const store::Key term = store::join(account, arn);
  return count_of(reader, users, user_by_policy, term) + count_of(reader, groups, group_by_policy, term) +
         count_of(reader, roles, role_by_policy, term);
}

std::size_t boundary_count(const store::Reader& reader, const AccountId& account, std::string_view arn) {
  const store::Key term = store::join(account, arn);
  return count_of(reader, users, user_by_boundary, term) + count_of(reader, roles, role_by_boundary, term);
}

Requirement& need_on_policy(const Call& call, const std::string& arn, Requirements& needs) {
  Requirement& need = needs.need(arn);
  need.shown = "policy " + arn;
  need.owner = AccountId(std::string(policy::owner_of(need.action, arn, call.account().value)));
  if (const PolicyRecord* record = find_policy(call.txn, call.partition(), call.account(), arn).customer)
    need.resource_tags = tag_map(record->tags);
  return need;
}

}  // namespace haar::iam
