#include "model/iam/service.h"
#include "services/iam/credentials/fido_records.h"
#include "services/iam/credentials/key_records.h"
#include "services/iam/credentials/login_records.h"
#include "services/iam/credentials/mfa_records.h"
#include "services/iam/delegation/delegation_records.h"
#include "services/iam/federation/federation_records.h"
#include "services/iam/federation/preference_records.h"
#include "services/iam/name_rules.h"
#include "services/iam/operations.h"
#include "services/iam/principals/instance_profile_records.h"
#include "services/iam/records.h"
#include "services/iam/service.h"
#include "services/iam/usage/access_records.h"
#include "services/iam/usage/report_records.h"

namespace haar::iam {

namespace {

std::vector<const store::SpaceBase*> spaces() {
  return {
      &accounts,
      &users,
      &groups,
      &roles,
      &policies,
      &access_keys,
      &last_used,
      &role_deletions,
      &mfa_devices,
      &login_profiles,
      &password_policies,
      &saml_providers,
      &oidc_providers,
      &outbound_federation,
      &redeemed_assertions,
      &ssh_keys,
      &signing_certificates,
      &server_certificates,
      &service_credentials,
      &credential_reports,
      &instance_profiles,
      &service_accesses,
      &access_reports,
      &delegation_templates,
      &delegation_requests,
      &delegation_notices,
      &token_preferences,
      &organization_features,
      &fido_devices,
  };
}

}  // namespace

const services::Service& manifest() {
  static const services::Service all{
      .model = service(),
      .rows = {
          &users_operations,
          &groups_operations,
          &access_keys_operations,
          &policies_operations,
          &policy_versions_operations,
          &attachments_operations,
          &inline_policies_operations,
          &roles_operations,
          &boundaries_operations,
          &tags_operations,
          &service_linked_roles_operations,
          &account_operations,
          &mfa_devices_operations,
          &login_profiles_operations,
          &password_policy_operations,
          &ssh_keys_operations,
          &signing_certificates_operations,
          &server_certificates_operations,
          &service_credentials_operations,
          &instance_profiles_operations,
          &credential_report_operations,
          &authorization_details_operations,
          &last_accessed_operations,
          &organization_access_operations,
          &delegation_requests_operations,
          &organization_features_operations,
          &policy_grants_operations,
          &token_preferences_operations,
          &saml_providers_operations,
          &oidc_providers_operations,
          &outbound_federation_operations,
          &simulation_operations,
          &context_keys_operations,
      },
      .complete_rows = with_checked_names,
      .spaces = spaces(),
      .add_tagged = add_tagged,
  };
  return all;
}

}  // namespace haar::iam
