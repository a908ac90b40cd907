#include "services/iam/principals/identity_arns.h"

#include <optional>

#include "base/arn.h"
#include "model/iam/service.h"

namespace haar::iam {
namespace {

// AWS's words for these are not on its pages; the codes are.
Error invalid_arn(const std::string& arn) { return errors::InvalidInput("The specified ARN " + arn + " is invalid."); }
Error no_such_arn(const std::string& arn) {
  return errors::NoSuchEntity("The entity with ARN " + arn + " cannot be found.");
}

template <class Kind>
Result<Subject> entity_of(const Call& call, const std::string& arn, std::string_view resource) {
  const typename Kind::Record* record = find_entity<Kind>(call, resource.substr(resource.rfind('/') + 1));
  if (record == nullptr || arn_of(call, *record) != arn) return no_such_arn(arn);
  return Subject(record);
}

template <class Record>
void add_policies(const Call& call, const Record& record, std::string_view entity_type,
                  std::vector<GrantingPolicy>& out) {
  for (const InlinePolicyRecord& policy : record.inline_policies)
    out.push_back({policy.name, "", entity_type, record.name, policy.document});
  for (const std::string& arn : record.attached_arns) {
    const FoundPolicy policy = find_policy(call.txn, call.partition(), call.account(), arn);
    if (policy) out.push_back({arn.substr(arn.rfind('/') + 1), arn, "", "", default_document(policy)});
  }
}

}  // namespace

Result<Subject> find_subject(const Call& call, const std::string& arn) {
  const std::optional<Arn> parts = Arn::parse(arn);
  if (!parts || parts->service != "iam" || !parts->region.empty()) return invalid_arn(arn);
  const std::string_view resource = parts->resource;
  const std::string_view kind = resource.substr(0, resource.find('/'));
  if (kind.size() == resource.size()) return invalid_arn(arn);
  if (kind == "user") return entity_of<Users>(call, arn, resource);
  if (kind == "group") return entity_of<Groups>(call, arn, resource);
  if (kind == "role") return entity_of<Roles>(call, arn, resource);
  if (kind != "policy") return invalid_arn(arn);
  const FoundPolicy policy = find_policy(call.txn, call.partition(), call.account(), arn);
  if (!policy) return no_such_arn(arn);
  return Subject(policy);
}

api::TagMap subject_tags(const Call& call, const std::string& arn) {
  const Result<Subject> subject = find_subject(call, arn);
  if (!subject.ok()) return {};
  if (const auto* user = std::get_if<const UserRecord*>(&*subject)) return tag_map((*user)->tags);
  if (const auto* role = std::get_if<const RoleRecord*>(&*subject)) return tag_map((*role)->tags);
  const auto* policy = std::get_if<FoundPolicy>(&*subject);
  return policy != nullptr && policy->customer != nullptr ? tag_map(policy->customer->tags) : api::TagMap{};
}

std::vector<GrantingPolicy> policies_of(const Call& call, const UserRecord& user) {
  std::vector<GrantingPolicy> out;
  add_policies(call, user, "USER", out);
  for (const std::string& id : user.group_ids) {
    for (const auto& [key, group] : call.txn.find(groups, group_by_id, store::join(id)))
      add_policies(call, group, "GROUP", out);
  }
  return out;
}

std::vector<GrantingPolicy> policies_of(const Call& call, const GroupRecord& group) {
  std::vector<GrantingPolicy> out;
  add_policies(call, group, "GROUP", out);
  return out;
}

std::vector<GrantingPolicy> policies_of(const Call& call, const RoleRecord& role) {
  std::vector<GrantingPolicy> out;
  add_policies(call, role, "ROLE", out);
  return out;
}

}  // namespace haar::iam
