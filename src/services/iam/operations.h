// The rows of iam, one table per file of handlers, and what has tags, for its manifest (service.cc).
#pragma once

#include "api/kit/row.h"
#include "api/kit/tagged.h"

namespace haar::iam {

extern const api::Operations users_operations;
extern const api::Operations groups_operations;
extern const api::Operations access_keys_operations;
extern const api::Operations policies_operations;
extern const api::Operations policy_versions_operations;
extern const api::Operations attachments_operations;
extern const api::Operations inline_policies_operations;
extern const api::Operations roles_operations;
extern const api::Operations boundaries_operations;
extern const api::Operations tags_operations;
extern const api::Operations service_linked_roles_operations;
extern const api::Operations account_operations;
extern const api::Operations mfa_devices_operations;
extern const api::Operations login_profiles_operations;
extern const api::Operations password_policy_operations;
extern const api::Operations ssh_keys_operations;
extern const api::Operations signing_certificates_operations;
extern const api::Operations server_certificates_operations;
extern const api::Operations service_credentials_operations;
extern const api::Operations instance_profiles_operations;
extern const api::Operations credential_report_operations;
extern const api::Operations authorization_details_operations;
extern const api::Operations last_accessed_operations;
extern const api::Operations organization_access_operations;
extern const api::Operations delegation_requests_operations;
extern const api::Operations organization_features_operations;
extern const api::Operations policy_grants_operations;
extern const api::Operations token_preferences_operations;
extern const api::Operations saml_providers_operations;
extern const api::Operations oidc_providers_operations;
extern const api::Operations outbound_federation_operations;
extern const api::Operations simulation_operations;
extern const api::Operations context_keys_operations;

// What has tags, for the Resource Groups Tagging API.
void add_tagged(const api::Call& call, api::TaggedResources& out);

}  // namespace haar::iam
