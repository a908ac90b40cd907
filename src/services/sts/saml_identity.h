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

// Notes that the assertion was redeemed for the role; InvalidIdentityToken if it had been.
// docs/decisions/2026-11-20-saml-assertions-once.md
Result<void> redeem(api::Call& call, const std::string& role_arn, const SamlIdentity& identity);

}  // namespace haar::sts
