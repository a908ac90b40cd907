// AssociateIamInstanceProfile, DisassociateIamInstanceProfile, ReplaceIamInstanceProfileAssociation,
// DescribeIamInstanceProfileAssociations.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/attach-iam-role.html
#include "services/ec2/instances/profiles.h"

#include <algorithm>

#include "model/ec2/AssociateIamInstanceProfile.h"
#include "model/ec2/DescribeIamInstanceProfileAssociations.h"
#include "model/ec2/DisassociateIamInstanceProfile.h"
#include "model/ec2/ReplaceIamInstanceProfileAssociation.h"
#include "model/ec2/service.h"
#include "services/ec2/instances/instance_views.h"
#include "services/ec2/rows.h"
#include "services/iam/principals/entities.h"
#include "services/iam/principals/instance_profile_records.h"

namespace haar::ec2 {
namespace {

using api::Call;
using api::Requirements;

constexpr std::string_view instance_service = "ec2.amazonaws.com";

struct Named {
  std::string parameter, value, name;  // "iamInstanceProfile.name", as it was given, the profile's own
};

Named named(const IamInstanceProfileSpecification& wanted) {
  if (wanted.Name && !wanted.Name->empty()) return {"iamInstanceProfile.name", *wanted.Name, *wanted.Name};
  const std::string arn = wanted.Arn.value_or("");
  return {"iamInstanceProfile.arn", arn, arn.substr(arn.rfind('/') + 1)};
}

const iam::InstanceProfileRecord* find_profile(const Call& call, const IamInstanceProfileSpecification& wanted) {
  const iam::InstanceProfileRecord* profile =
      call.txn.get(iam::instance_profiles, iam::entity_key(call.account(), named(wanted).name));
  // An ARN means the profile of just that account and path.
  const bool by_arn = profile != nullptr && !(wanted.Name && !wanted.Name->empty());
  if (by_arn && profile_arn(call, {.Arn = {}, .Name = profile->name}) != wanted.Arn) return nullptr;
  return profile;
}

const iam::RoleRecord* role_in(const Call& call, const iam::InstanceProfileRecord& profile) {
  if (profile.role_ids.empty()) return nullptr;
  const auto found = call.txn.find(iam::roles, iam::role_by_id, store::join(profile.role_ids.front())).first();
  return found ? &found->record : nullptr;
}

// ---- associations ------------------------------------------------------------------------------------

IamInstanceProfileAssociation association_view(const Call&, const InstanceRecord& record) {
  IamInstanceProfileAssociation view;
  view.AssociationId = record.profile_association_id;
  view.InstanceId = record.id;
  view.IamInstanceProfile.emplace();
  view.IamInstanceProfile->Arn = record.profile_arn;
  view.IamInstanceProfile->Id = record.profile_id;
  view.State = "associated";
  view.Timestamp = record.profile_associated_at;
  return view;
}

const InstanceRecord* associated_by(const Call& call, std::string_view association_id) {
  const store::Key term = store::join(call.account(), call.region(), association_id);
  const auto found = call.txn.find(instances, instances_by_profile_association, term).first();
  return found ? &found->record : nullptr;
}

Error no_association(const std::string& id) {
  return errors::NoSuchAssociation("The association with ID " + id + " does not exist");
}

Result<void> check_alive(const InstanceRecord& record) {
  if (record.wanted != instance_state::terminated) return {};
  return errors::IncorrectInstanceState("The instance '" + record.id + "' is not in the 'running' or 'stopped' state.");
}

Result<AssociateIamInstanceProfileResult> associate(Call& call, const AssociateIamInstanceProfileRequest& in) {
  InstanceRecord record = *TRY(require_instance(call, in.InstanceId));
  TRY(check_alive(record));
  if (!record.profile_association_id.empty())
    return errors::IncorrectState("There is an existing association for instance " + record.id);
  TRY(set_profile(call, in.IamInstanceProfile, record));
  AssociateIamInstanceProfileResult out;
  out.IamInstanceProfileAssociation = association_view(call, record);
  call.txn.put(instances, call.key(in.InstanceId), std::move(record));
  return out;
}

Result<ReplaceIamInstanceProfileAssociationResult> replace(Call& call, const ReplaceIamInstanceProfileAssociationRequest& in) {
  const InstanceRecord* found = associated_by(call, in.AssociationId);
  if (found == nullptr) return no_association(in.AssociationId);
  InstanceRecord record = *found;
  TRY(set_profile(call, in.IamInstanceProfile, record));
  ReplaceIamInstanceProfileAssociationResult out;
  out.IamInstanceProfileAssociation = association_view(call, record);
  const store::Key key = call.key(record.id);
  call.txn.put(instances, key, std::move(record));
  return out;
}

Result<DisassociateIamInstanceProfileResult> disassociate(Call& call, const DisassociateIamInstanceProfileRequest& in) {
  const InstanceRecord* found = associated_by(call, in.AssociationId);
  if (found == nullptr) return no_association(in.AssociationId);
  InstanceRecord record = *found;
  DisassociateIamInstanceProfileResult out;
  out.IamInstanceProfileAssociation = association_view(call, record);
  out.IamInstanceProfileAssociation->State = "disassociated";
  clear_profile(record);
  const store::Key key = call.key(record.id);
  call.txn.put(instances, key, std::move(record));
  return out;
}

constexpr FilterField<IamInstanceProfileAssociation> association_filters[] = {
    {"instance-id", [](const IamInstanceProfileAssociation& it, Values& out) { add_value(out, it.InstanceId); }},
    {"state", [](const IamInstanceProfileAssociation& it, Values& out) { add_value(out, it.State); }},
};
constexpr ResourceListing<InstanceRecord, IamInstanceProfileAssociation> associations{
    "DescribeIamInstanceProfileAssociations", instance_kind, instances, association_view, association_filters};

Result<DescribeIamInstanceProfileAssociationsResult> describe_associations(
    Call& call, const DescribeIamInstanceProfileAssociationsRequest& in) {
  Ids ids;  // of their instances
  for (const std::string& association : in.AssociationIds.value_or(Values{})) {
    const InstanceRecord* found = associated_by(call, association);
    if (found == nullptr) return no_association(association);
    if (!ids) ids.emplace();
    ids->push_back(found->id);
  }
  const std::string name = listing_name("DescribeIamInstanceProfileAssociations", in.Filters, in.AssociationIds);
  DescribeIamInstanceProfileAssociationsResult out;
  out.IamInstanceProfileAssociations = TRY(list_resources(
      call, associations, in, ids, name, [](const InstanceRecord& it) { return !it.profile_association_id.empty(); },
      out.NextToken));
  return out;
}

// ---- resolvers ---------------------------------------------------------------------------------------

void needs_associate(const Call& call, const AssociateIamInstanceProfileRequest& in, Requirements& needs) {
  api::Requirement& need = need_resource(call, needs, instance_kind, in.InstanceId);
  need.key("ec2:NewInstanceProfile", profile_arn(call, in.IamInstanceProfile));
  need_pass_role(call, needs, in.IamInstanceProfile);
}

template <class In>
api::Requirement& need_associated(const Call& call, const In& in, Requirements& needs) {
  const InstanceRecord* found = associated_by(call, in.AssociationId);
  return found == nullptr ? need_new(call, needs, instance_kind) : need_resource(call, needs, instance_kind, found->id);
}

void needs_replace(const Call& call, const ReplaceIamInstanceProfileAssociationRequest& in, Requirements& needs) {
  need_associated(call, in, needs).key("ec2:NewInstanceProfile", profile_arn(call, in.IamInstanceProfile));
  need_pass_role(call, needs, in.IamInstanceProfile);
}

void needs_disassociate(const Call& call, const DisassociateIamInstanceProfileRequest& in, Requirements& needs) {
  need_associated(call, in, needs);
}

}  // namespace

std::string profile_arn(const Call& call, const IamInstanceProfileSpecification& wanted) {
  if (wanted.Arn && !wanted.Arn->empty()) return *wanted.Arn;
  const std::string name = wanted.Name.value_or("");
  const iam::InstanceProfileRecord* profile = call.txn.get(iam::instance_profiles, iam::entity_key(call.account(), name));
  return iam::entity_arn(call.partition(), call.account(), "instance-profile", profile == nullptr ? "/" : profile->path,
                         profile == nullptr ? name : profile->name);
}

void need_pass_role(const Call& call, Requirements& needs, const IamInstanceProfileSpecification& wanted) {
  const iam::InstanceProfileRecord* profile = find_profile(call, wanted);
  const iam::RoleRecord* role = profile == nullptr ? nullptr : role_in(call, *profile);
  if (role == nullptr) return;  // nothing is handed on: the call fails
  api::Requirement& need = needs.need("iam:PassRole", iam::arn_of(call, *role));
  need.key("iam:PassedToService", std::string(instance_service));
}

Result<void> set_profile(const Call& call, const IamInstanceProfileSpecification& wanted, InstanceRecord& record) {
  const bool both = wanted.Name && !wanted.Name->empty() && wanted.Arn && !wanted.Arn->empty();
  if (both) {
    return errors::InvalidParameterCombination(
        "The parameter 'iamInstanceProfile.name' may not be used in combination with 'iamInstanceProfile.arn'");
  }
  const Named name = named(wanted);
  if (name.value.empty()) return errors::MissingParameter("The request must contain the parameter iamInstanceProfile.name");
  const std::string invalid = "Value (" + name.value + ") for parameter " + name.parameter + " is invalid. ";
  const iam::InstanceProfileRecord* profile = find_profile(call, wanted);
  if (profile == nullptr) {
    return errors::InvalidParameterValue(invalid + "Invalid IAM Instance Profile " +
                                         (name.parameter.ends_with("arn") ? "ARN" : "name"));
  }
  const std::string arn = profile_arn(call, {.Arn = {}, .Name = profile->name});
  if (role_in(call, *profile) == nullptr)
    return errors::InvalidParameterValue(invalid + "IAM Instance Profile \"" + arn + "\" has no associated IAM Roles");
  record.profile_name = profile->name;
  record.profile_arn = arn;
  record.profile_id = profile->unique_id;
  record.profile_association_id = ec2_id(call.random(), "iip-assoc");
  record.profile_associated_at = call.now();
  return {};
}

void clear_profile(InstanceRecord& record) {
  record.profile_name = record.profile_arn = record.profile_id = record.profile_association_id = "";
  record.profile_associated_at = {};
}

const api::Operations instance_profiles_operations = {
    op<ops::AssociateIamInstanceProfile>(associate, on(needs_associate), takes("IamInstanceProfile InstanceId")),
    op<ops::ReplaceIamInstanceProfileAssociation>(replace, on(needs_replace), takes("IamInstanceProfile AssociationId")),
    op<ops::DisassociateIamInstanceProfile>(disassociate, on(needs_disassociate), takes("AssociationId")),
    op<ops::DescribeIamInstanceProfileAssociations>(describe_associations, on(any_in_region), read_only,
        takes("AssociationIds Filters MaxResults NextToken")),
};

}  // namespace haar::ec2
