#include "services/sts/trusting_role.h"

#include "base/arn.h"
#include "policy/document.h"
#include "services/iam/principals/entities.h"

namespace haar::sts {

TrustingRole find_role(const api::Call& call, const std::string& role_arn) {
  const std::optional<Arn> arn = Arn::parse(role_arn);
  if (!arn || arn->service != "iam" || !arn->resource.starts_with("role/")) return {nullptr, call.account()};
  const AccountId account(arn->account);
  const std::string_view name = std::string_view(arn->resource).substr(arn->resource.rfind('/') + 1);
  const iam::RoleRecord* record = call.txn.get(iam::roles, iam::entity_key(account, name));
  if (record != nullptr && iam::arn_of(call.partition(), account, *record) != role_arn) record = nullptr;
  return {record, account};
}

std::shared_ptr<const policy::PolicySet> trust_of(const TrustingRole& role, const std::string& role_arn) {
  if (role.record == nullptr) return policy::PolicySet::build(std::vector<policy::Attached>{});
  Result<std::shared_ptr<const policy::Document>> document = policy::parse(role.record->trust, policy::Kind::trust);
  if (!document.ok()) return policy::PolicySet::build(std::vector<policy::Attached>{});
  return policy::PolicySet::build({role_arn, policy::SourceType::resource, std::move(document).value()});
}

api::Requirement& need_trust(api::Requirements& needs, std::string action, const std::string& role_arn,
                             const TrustingRole& role, std::shared_ptr<const policy::PolicySet> trust) {
  api::Requirement& need = needs.need(std::move(action), role_arn);
  need.owner = role.account;
  need.resource_policy = std::move(trust);
  need.trust = true;
  if (role.record != nullptr) need.resource_tags = iam::tag_map(role.record->tags);
  return need;
}

std::string assumed_role_arn(const Partition& partition, const TrustingRole& role, const std::string& session_name) {
  return make_arn(partition, "sts", "", role.account, "assumed-role/" + role.record->name + "/" + session_name);
}

}  // namespace haar::sts
