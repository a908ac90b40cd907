// Versions of customer managed policies: five at most, one of them in force.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-versioning.html
#include <algorithm>

#include "model/iam/CreatePolicyVersion.h"
#include "model/iam/DeletePolicyVersion.h"
#include "model/iam/GetPolicyVersion.h"
#include "model/iam/ListPolicyVersions.h"
#include "model/iam/SetDefaultPolicyVersion.h"
#include "model/iam/service.h"
#include "services/iam/operations.h"
#include "services/iam/page.h"
#include "services/iam/policies/managed_policies.h"
#include "services/iam/principals/entities.h"

namespace haar::iam {
namespace {

Error no_such_version(std::string_view arn, std::string_view version) {
  return errors::NoSuchEntity("Policy " + std::string(arn) + " version " + std::string(version) +
                              " does not exist or is not attachable.");
}

PolicyVersion version_view(const PolicyRecord& policy, const PolicyVersionRecord& version) {
  PolicyVersion view;
  view.VersionId = version.id;
  view.IsDefaultVersion = version.id == policy.default_version_id;
  view.CreateDate = version.created;
  return view;
}

// A customer's policy that has this version.
Result<const PolicyRecord*> need_version(const Call& call, const std::string& arn, const std::string& version) {
  TRY(check_policy_arn(arn));
  const PolicyRecord* record = find_policy(call.txn, call.partition(), call.account(), arn).customer;
  if (record == nullptr || find_version(*record, version) == nullptr) return no_such_version(arn, version);
  return record;
}

Result<CreatePolicyVersionResponse> create_policy_version(Call& call, const CreatePolicyVersionRequest& in) {
  PolicyRecord record = *TRY(need_customer_policy(call, in.PolicyArn, not_attachable));
  TRY(policy::parse(in.PolicyDocument, policy::Kind::managed));
  if (policy::counted_size(in.PolicyDocument) > managed_policy_characters_max)
    return over_quota("PolicySize", managed_policy_characters_max);
  if (record.versions.size() >= policy_versions_max)
    return errors::LimitExceeded("A managed policy can have up to 5 versions. Before you create a new version, you must "
                                 "delete an existing version.");
  record.versions.push_back({"v" + std::to_string(record.next_version++), in.PolicyDocument, call.now()});
  record.updated = call.now();
  if (in.SetAsDefault.value_or(false)) record.default_version_id = record.versions.back().id;
  CreatePolicyVersionResponse out;
  out.PolicyVersion = version_view(record, record.versions.back());
  save(call, policies, std::move(record));
  return out;
}

Result<GetPolicyVersionResponse> get_policy_version(Call& call, const GetPolicyVersionRequest& in) {
  TRY(check_policy_arn(in.PolicyArn));
  const FoundPolicy found = find_policy(call.txn, call.partition(), call.account(), in.PolicyArn);
  GetPolicyVersionResponse out;
  if (found.aws != nullptr && found.aws->version_id == in.VersionId) {
    PolicyVersion& view = out.PolicyVersion.emplace();
    view.VersionId = in.VersionId;
    view.IsDefaultVersion = true;
    view.CreateDate = Timestamp::from_seconds(found.aws->updated);
    view.Document = encoded_document(found.aws->document);
    return out;
  }
  const PolicyVersionRecord* version =
      found.customer != nullptr ? find_version(*found.customer, in.VersionId) : nullptr;
  if (version == nullptr) return no_such_version(in.PolicyArn, in.VersionId);
  out.PolicyVersion = version_view(*found.customer, *version);
  out.PolicyVersion->Document = encoded_document(version->document);
  return out;
}

// Newest first.
Result<ListPolicyVersionsResponse> list_policy_versions(Call& call, const ListPolicyVersionsRequest& in) {
  TRY(check_policy_arn(in.PolicyArn));
  const FoundPolicy found = find_policy(call.txn, call.partition(), call.account(), in.PolicyArn);
  if (!found) return policy_not_found(in.PolicyArn);
  Page page = TRY(Page::open(call, "ListPolicyVersions " + in.PolicyArn, in));
  ListPolicyVersionsResponse out;
  std::vector<PolicyVersion>& list = out.Versions.emplace();
  if (found.aws != nullptr) {
    PolicyVersion& view = list.emplace_back();
    view.VersionId = found.aws->version_id;
    view.IsDefaultVersion = true;
    view.CreateDate = Timestamp::from_seconds(found.aws->updated);
    page.close(out);
    return out;
  }
  bool skipping = !page.after().empty();
  for (auto version = found.customer->versions.rbegin(); version != found.customer->versions.rend(); ++version) {
    // Numbers fall along the list, so what comes after the marker is what has a smaller one.
    if (skipping && std::stoul(version->id.substr(1)) >= std::stoul(page.after().substr(1))) continue;
    skipping = false;
    if (!page.take(version->id)) break;
    list.push_back(version_view(*found.customer, *version));
  }
  page.close(out);
  return out;
}

Result<wire::Empty> delete_policy_version(Call& call, const DeletePolicyVersionRequest& in) {
  PolicyRecord record = *TRY(need_version(call, in.PolicyArn, in.VersionId));
  if (record.default_version_id == in.VersionId)
    return errors::DeleteConflict("Cannot delete the default version of a policy.");
  std::erase_if(record.versions, [&](const PolicyVersionRecord& version) { return version.id == in.VersionId; });
  record.updated = call.now();
  save(call, policies, std::move(record));
  return wire::Empty{};
}

Result<wire::Empty> set_default_policy_version(Call& call, const SetDefaultPolicyVersionRequest& in) {
  PolicyRecord record = *TRY(need_version(call, in.PolicyArn, in.VersionId));
  record.default_version_id = in.VersionId;
  record.updated = call.now();
  save(call, policies, std::move(record));
  return wire::Empty{};
}

template <class Input>
void needs_version(const Call& call, const Input& in, Requirements& needs) {
  need_on_policy(call, in.PolicyArn, needs);
}

}  // namespace

const api::Operations policy_versions_operations = {
    api::op<ops::CreatePolicyVersion>(create_policy_version, api::on(needs_version<CreatePolicyVersionRequest>),
        api::takes("PolicyArn PolicyDocument SetAsDefault")),
    api::op<ops::GetPolicyVersion>(get_policy_version, api::on(needs_version<GetPolicyVersionRequest>),
        api::read_only, api::takes("PolicyArn VersionId")),
    api::op<ops::ListPolicyVersions>(list_policy_versions, api::on(needs_version<ListPolicyVersionsRequest>),
        api::read_only, api::takes("PolicyArn Marker MaxItems")),
    api::op<ops::DeletePolicyVersion>(delete_policy_version, api::on(needs_version<DeletePolicyVersionRequest>),
        api::takes("PolicyArn VersionId")),
    api::op<ops::SetDefaultPolicyVersion>(set_default_policy_version,
        api::on(needs_version<SetDefaultPolicyVersionRequest>), api::takes("PolicyArn VersionId")),
};

}  // namespace haar::iam
