#include "services/iam/account/organization_features.h"

#include <algorithm>
#include <array>

#include "model/iam/DisableOrganizationsRootCredentialsManagement.h"
#include "model/iam/DisableOrganizationsRootSessions.h"
#include "model/iam/EnableOrganizationsRootCredentialsManagement.h"
#include "model/iam/EnableOrganizationsRootSessions.h"
#include "model/iam/ListOrganizationsFeatures.h"
#include "model/iam/service.h"
#include "services/iam/federation/preference_records.h"
#include "services/iam/operations.h"
#include "services/iam/principals/entities.h"

namespace haar::iam {
namespace {

// In the order in which they are shown.
constexpr std::array features{root_credentials_management, root_sessions};

std::vector<std::string> stored_features(const store::Reader& reader, const api::Membership& member) {
  const OrganizationFeaturesRecord* record =
      reader.get(organization_features, preferences_key(member.management_account));
  if (record == nullptr || record->organization_id != member.organization_id) return {};
  return record->enabled;
}

using Member = std::shared_ptr<const api::Membership>;

// The exceptions have no text in the model; these are the sentences of the API reference, which may not be the
// ones that the service sends. Nor does the reference say which comes first.
Result<Member> need_manager(const Call& call) {
  const Member member =
      call.env.organizations == nullptr ? nullptr : call.env.organizations->find(call.txn, call.account());
  if (member == nullptr)
    return errors::OrganizationNotFoundException(
        "The request was rejected because no organization is associated with your account.");
  if (!manages_roots(*member))
    return errors::AccountNotManagementOrDelegatedAdministratorException(
        "The request was rejected because the account making the request is not the management account or delegated "
        "administrator account for centralized root access.");
  if (!member->all_features)
    return errors::OrganizationNotInAllFeaturesModeException(
        "The request was rejected because your organization does not have All features enabled.");
  if (!member->trusted_services.contains(std::string(iam_principal)))
    return errors::ServiceAccessNotEnabledException(
        "The request was rejected because trusted access is not enabled for IAM in Organizations.");
  return member;
}

template <class Output>
Output answer(const api::Membership& member, std::vector<std::string> enabled) {
  Output out;
  out.OrganizationId = member.organization_id;
  out.EnabledFeatures = std::move(enabled);
  return out;
}

// Stores the features with this one among them or not.
std::vector<std::string> change(Call& call, const api::Membership& member, std::string_view feature, bool on) {
  const std::vector<std::string> before = stored_features(call.txn, member);
  OrganizationFeaturesRecord record;
  record.organization_id = member.organization_id;
  for (const std::string_view one : features) {
    const bool was_on = std::ranges::find(before, one) != before.end();
    if (one == feature ? on : was_on) record.enabled.emplace_back(one);
  }
  std::vector<std::string> enabled = record.enabled;
  call.txn.put(organization_features, preferences_key(member.management_account), std::move(record));
  return enabled;
}

template <class Output>
Result<Output> enable(Call& call, std::string_view feature) {
  const Member member = TRY(need_manager(call));
  if (!member->management)
    return errors::CallerIsNotManagementAccountException(
        "The request was rejected because the account making the request is not the management account for the "
        "organization.");
  return answer<Output>(*member, change(call, *member, feature, true));
}

template <class Output>
Result<Output> disable(Call& call, std::string_view feature) {
  const Member member = TRY(need_manager(call));
  return answer<Output>(*member, change(call, *member, feature, false));
}

Result<EnableOrganizationsRootCredentialsManagementResponse> enable_root_credentials_management(
    Call& call, const EnableOrganizationsRootCredentialsManagementRequest&) {
  return enable<EnableOrganizationsRootCredentialsManagementResponse>(call, root_credentials_management);
}

Result<EnableOrganizationsRootSessionsResponse> enable_root_sessions(Call& call,
                                                                     const EnableOrganizationsRootSessionsRequest&) {
  return enable<EnableOrganizationsRootSessionsResponse>(call, root_sessions);
}

Result<DisableOrganizationsRootCredentialsManagementResponse> disable_root_credentials_management(
    Call& call, const DisableOrganizationsRootCredentialsManagementRequest&) {
  return disable<DisableOrganizationsRootCredentialsManagementResponse>(call, root_credentials_management);
}

Result<DisableOrganizationsRootSessionsResponse> disable_root_sessions(
    Call& call, const DisableOrganizationsRootSessionsRequest&) {
  return disable<DisableOrganizationsRootSessionsResponse>(call, root_sessions);
}

Result<ListOrganizationsFeaturesResponse> list_organizations_features(Call& call,
                                                                      const ListOrganizationsFeaturesRequest&) {
  const Member member = TRY(need_manager(call));
  return answer<ListOrganizationsFeaturesResponse>(*member, stored_features(call.txn, *member));
}

}  // namespace

bool manages_roots(const api::Membership& member) {
  return member.management || member.delegated_services.contains(std::string(iam_principal));
}

std::vector<std::string> enabled_features(const store::Reader& reader, const api::Membership& member) {
  if (!member.all_features || !member.trusted_services.contains(std::string(iam_principal))) return {};
  return stored_features(reader, member);
}

const api::Operations organization_features_operations = {
    api::op<ops::EnableOrganizationsRootCredentialsManagement>(enable_root_credentials_management, api::any_resource),
    api::op<ops::EnableOrganizationsRootSessions>(enable_root_sessions, api::any_resource),
    api::op<ops::DisableOrganizationsRootCredentialsManagement>(disable_root_credentials_management, api::any_resource),
    api::op<ops::DisableOrganizationsRootSessions>(disable_root_sessions, api::any_resource),
    api::op<ops::ListOrganizationsFeatures>(list_organizations_features, api::any_resource, api::read_only),
};

}  // namespace haar::iam
