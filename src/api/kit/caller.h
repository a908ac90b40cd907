// Who is calling, and from where. Filled in once by the authenticate stage; immutable afterwards.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/names.h"

namespace haar::api {

enum class CallerType : std::uint8_t {
  root,
  user,
  role_session,      // AssumeRole and its kin
  federated_user,    // GetFederationToken
  user_session,      // GetSessionToken: the user, with an expiry
  service,           // haar's own services, through the internal entry
  // Whom an identity provider vouches for: AssumeRoleWithSAML, AssumeRoleWithWebIdentity. `arn` is the
  // provider's, `account` the provider's too, `name` the subject, `unique_id` CloudTrail's principalId.
  federated,
  anonymous,         // an unsigned call of an operation that takes such calls
};

// What a session carries beyond its principal.
struct Session {
  std::string name;
  Timestamp issued_at{}, expires_at{};
  std::optional<Timestamp> mfa_at;
  std::string source_identity;
  std::map<std::string, std::string> tags;
  std::vector<std::string> transitive_tag_keys;
  std::vector<std::string> policies;      // inline session policy documents
  std::vector<std::string> policy_arns;   // managed policies passed as session policies
  // AssumeRoot's: the account's root user, for the one task that policy_arns names. aws:AssumedRoot
  bool assumed_root = false;
  // Of a role assumed with an identity provider's token: aws:FederatedProvider, and the keys that the token
  // gave for the whole session ("saml:sub", "idp.example.com:aud").
  std::string provider;
  std::map<std::string, std::vector<std::string>> provider_keys;
  // GetDelegatedAccessToken's: a product provider acts with the permissions that a user lent it.
  bool delegated = false;
  // A person's, who has signed in to the console with a browser.
  bool console = false;
};

struct Caller {
  CallerType type = CallerType::user;
  AccountId account;
  // arn:aws:iam::111122223333:user/ana, or the session's ARN under sts.
  std::string arn;
  // Whom policies are attached to: the role's own ARN, with its path, for a role session; the user who asked
  // for a federated user's; otherwise as `arn`.
  std::string principal_arn;
  // Of the same: AIDA…, AROA… (without the session name), the account id for root.
  std::string unique_id;
  // The user's or role's name; empty for root.
  std::string name;
  std::string access_key_id;
  std::map<std::string, std::string> tags;  // the principal's own; session tags win over them
  bool service_linked = false;              // a session of a service-linked role
  std::optional<Session> session;

  // aws:userid: AIDA…, AROA…:session-name, ACCOUNT:name of a federated user, or the account id.
  [[nodiscard]] std::string user_id() const {
    if (session && type == CallerType::role_session) return unique_id + ":" + session->name;
    if (session && type == CallerType::federated_user) return account.value + ":" + session->name;
    return unique_id;
  }
};

// Where a request came from and what it was made with.
struct Origin {
  std::string source_ip;
  std::string user_agent;
  std::string referer;  // of a browser that followed a link; empty: none
  std::string host;
  std::string request_id;
  bool tls = false;
  std::string_view tls_version, tls_cipher;  // "TLSv1.3", "TLS_AES_128_GCM_SHA256": texts that live for ever
  // Services that call on the caller's behalf, first caller first: aws:CalledVia.
  std::vector<std::string> called_via;
};

}  // namespace haar::api
