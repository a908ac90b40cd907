// Temporary credentials that nobody has to store: the token is the session's claims under AES-256-GCM,
// bound to its access key id; the secret is derived from the key id and the token's nonce; the account
// can be read from the key id, as on AWS.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp.html
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/errors.h"
#include "auth/keyring.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/names.h"
#include "base/result.h"

namespace haar::auth {

// The packed claims of one session: policies, tags and all. AWS's limit is on the packed size too.
inline constexpr std::size_t max_packed_claims_bytes = 8'192;
inline constexpr std::size_t max_packed_policy_bytes = 7'168;  // policies and tags: 100 % of PackedPolicySize
inline constexpr std::size_t max_session_token_bytes = 12'288;

enum class SessionType : std::uint8_t {
  assumed_role = 1,    // AssumeRole and its kin
  federated_user = 2,  // GetFederationToken
  session_token = 3,   // GetSessionToken
  assumed_root = 4,    // AssumeRoot
  delegated = 5,       // GetDelegatedAccessToken, for a user's (or root's) permissions
};

struct SessionClaims {
  SessionType type = SessionType::assumed_role;
  Partition partition{"aws"};
  AccountId account;
  // The principal that the session acts as: the role, or the user (root: empty path and name).
  std::string principal_arn;   // arn:aws:iam::111122223333:role/path/name
  std::string principal_id;    // AROA…, AIDA…, the account id for root: checked live, so deletion cuts the session
  std::string session_name;    // role session name, federated user name
  Timestamp issued_at{}, expires_at{};
  std::string source_identity;
  std::map<std::string, std::string> tags;
  std::vector<std::string> transitive_tag_keys;
  std::vector<std::string> policies;      // inline session policy documents
  std::vector<std::string> policy_arns;   // managed policies passed as session policies
  std::optional<Timestamp> mfa_at;
  // Who asked for the session: the access key and the principal's unique id.
  std::string issuer_access_key_id, issuer_id;
  // The web identity or SAML provider that the role was assumed through, empty for AssumeRole; and the
  // condition keys of its token that hold for the whole session.
  std::string provider;
  std::map<std::string, std::vector<std::string>> provider_keys;
  bool chained = false;  // issued to temporary credentials: an hour at most

  bool operator==(const SessionClaims&) const = default;
};

struct SessionCredentials {
  std::string access_key_id;  // ASIA…
  std::string secret_access_key;
  std::string session_token;
  Timestamp expiration{};
  int packed_policy_percent = 0;  // PackedPolicySize: policies and tags against their limit
};

// A token can be asked to have at least so many characters (MinimumSessionTokenSize): clients find out so whether they
// would bear a larger one.
inline constexpr std::size_t padded_session_token_bytes_max = 4'096;
// PackedPolicyTooLarge (400) if the claims do not fit.
Result<SessionCredentials> mint_session(const Keyring& keyring, const SessionClaims& claims, Random& random,
                                        std::size_t token_bytes_min = 0);

struct OpenedSession {
  SessionClaims claims;
  std::string secret_access_key;
};
// Refusal::unknown_key for anything that was not minted here for this very key id; expired_session if it
// was, but has ended at `now`.
Result<OpenedSession> open_session(const Keyring& keyring, std::string_view access_key_id, std::string_view token,
                                   Timestamp now, Family family);

// "ASIA" or "AKIA" and sixteen characters of base32 that hold the account.
std::string new_access_key_id(std::string_view prefix, const AccountId& account, Random& random);
// The account in an access key id; nullopt if it is not one of the form that holds an account.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html
std::optional<AccountId> account_of_access_key(std::string_view access_key_id);

}  // namespace haar::auth
