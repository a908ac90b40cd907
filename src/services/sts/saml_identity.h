// A SAML response against the account's SAML providers.
#pragma once

#include <string>
#include <string_view>

#include "api/kit/row.h"
#include "services/sts/federated_session.h"

namespace haar::sts {

// "Token must be redeemed within 5 minutes of issuance"
inline constexpr std::int64_t saml_redeem_seconds = 300;
// Records of ended assertions that one redemption clears away.
inline constexpr std::size_t ended_redemptions_cleared = 16;

struct SamlIdentity {
  FederatedIdentity who;
  std::string provider_name, assertion_id, issuer, recipient, subject_type, name_qualifier;
  Timestamp ends{};  // by the machine's clock: the assertion is refused from then on
};

// `assertion`: as it came, in base64. Errors: InvalidIdentityToken, ExpiredTokenException, IDPRejectedClaim, and
// AccessDenied where the assertion does not name the role.
Result<SamlIdentity> verify_saml_identity(const api::Preparation& at, const std::string& role_arn,
                                          const std::string& provider_arn, std::string_view assertion);

struct SamlRole {
  std::string role_arn, provider_arn;
};
struct SamlRoles {
  std::vector<SamlRole> all;
  std::optional<std::int64_t> seconds;  // SessionDuration; none: the response does not say
};
// The roles that a response offers, as sign-in shows them to be chosen from: by the first provider, of whatever account, that
// it is from. Whether one may be assumed is verify_saml_identity's to say.
inline constexpr std::size_t saml_providers_tried_max = 1000;
Result<SamlRoles> roles_of_saml_response(const api::Preparation& at, std::string_view assertion);

// Notes that the assertion was redeemed for the role; InvalidIdentityToken if it had been.
// docs/decisions/2026-11-20-saml-assertions-once.md
Result<void> redeem(api::Call& call, const std::string& role_arn, const SamlIdentity& identity);

}  // namespace haar::sts
