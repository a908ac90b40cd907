// What the pipeline asks of whoever keeps principals. services/iam implements it; the pipeline stands
// below iam and so knows only this.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/kit/caller.h"
#include "auth/session_token.h"
#include "base/result.h"
#include "policy/decide.h"
#include "store/reader.h"

namespace haar::api {

// What a long-term access key id stands for. Immutable; replaced as a whole when the key changes, so
// that signing keys can be cached by the object's address and generation.
struct Credential {
  std::shared_ptr<const Caller> caller;
  std::string secret;  // in clear, in memory only
  bool active = true;
};

// Everything attached to a principal that counts in a decision, compiled.
struct EffectivePolicies {
  std::shared_ptr<const policy::PolicySet> identity;     // inline, managed and group policies
  std::shared_ptr<const policy::PolicySet> boundary;     // null: none attached
  std::shared_ptr<const policy::PolicySet> session;      // null: no session policy was passed
};

// What an authenticated request asked for.
struct Use {
  std::string_view service;  // "iam": the prefix of its actions
  std::string_view action;   // the model's own text, which lives as long as the program; empty: none that is known
  std::string_view region;
};

class Identities {
 public:
  virtual ~Identities() = default;
  // nullptr: no such key. Called for every request on the I/O threads: keep it cached.
  virtual std::shared_ptr<const Credential> find_access_key(const store::Reader& reader,
                                                            std::string_view access_key_id) = 0;
  // The live principal of a session's claims, checked by unique id: a deleted user or role, or one whose
  // older sessions were revoked, is InvalidClientTokenId.
  virtual Result<std::shared_ptr<const Caller>> find_session(const store::Reader& reader,
                                                             const auth::SessionClaims& claims,
                                                             std::string_view access_key_id) = 0;
  virtual std::shared_ptr<const EffectivePolicies> effective_policies(const store::Reader& reader, const Caller& caller) = 0;
  // A session of the account's service-linked role of `service` ("rds.amazonaws.com"); null if it has none.
  virtual std::shared_ptr<const Caller> service_linked_caller(const store::Reader& reader, const AccountId& account,
                                                              std::string_view service) = 0;
  // An authenticated caller asked something of a service, allowed or not: for the "last used" figures. Called
  // for every request on the I/O threads.
  virtual void note_use(const Caller& caller, const Use& use, Timestamp now) = 0;
};

}  // namespace haar::api
