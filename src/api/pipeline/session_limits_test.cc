#include "api/pipeline/session_limits.h"
#include "model/iam/ListUsers.h"
#include "model/sts/AssumeRole.h"
#include "model/sts/DecodeAuthorizationMessage.h"
#include "model/sts/GetCallerIdentity.h"
#include "model/sts/GetFederationToken.h"
#include "model/sts/GetSessionToken.h"

#include <gtest/gtest.h>


namespace haar::api {
namespace {

Caller caller(CallerType type, bool session, bool mfa = false, bool assumed_root = false) {
  Caller out;
  out.type = type;
  if (!session) return out;
  out.session.emplace().assumed_root = assumed_root;
  if (mfa) out.session->mfa_at = Timestamp::from_seconds(1'800'000'000);
  return out;
}

Caller delegated(CallerType type) {
  Caller lent = caller(type, true);
  lent.session->delegated = true;
  return lent;
}

Caller at_the_console(CallerType type) {
  Caller person = caller(type, true);
  person.session->console = true;
  return person;
}

template <class Op>
std::string refusal(const Caller& who) {
  const Result<void> done = check_session_limits(who, Op::model());
  return done.ok() ? "" : done.error().code + ": " + done.error().message;
}

constexpr const char* unknown = "InvalidClientTokenId: The security token included in the request is invalid.";

struct Case {
  const char* what;
  Caller who;
  bool iam, assume_role, get_session_token, get_federation_token, decode;
};

// The table "Compare AWS STS credentials", its last column.
TEST(SessionLimits, AreThoseOfAwsTable) {
  using enum CallerType;
  const std::vector<Case> cases{
      {"a user's key", caller(user, false), true, true, true, true, true},
      {"root's key", caller(root, false), true, true, true, true, true},
      {"AssumeRole", caller(role_session, true), true, true, false, false, true},
      {"GetSessionToken", caller(user_session, true), false, true, false, false, false},
      {"GetSessionToken with MFA", caller(user_session, true, true), true, true, false, false, false},
      {"root's GetSessionToken", caller(root, true), false, true, false, false, false},
      {"root's GetSessionToken with MFA", caller(root, true, true), true, true, false, false, false},
      {"GetFederationToken", caller(federated_user, true), false, false, false, false, false},
      {"GetFederationToken, MFA or not", caller(federated_user, true, true), false, false, false, false, false},
      {"AssumeRoot", caller(root, true, false, true), true, true, false, false, true},
      {"lent by a user", delegated(user_session), true, true, false, false, true},
      {"lent by root", delegated(root), true, true, false, false, true},
      {"a user at the console", at_the_console(user_session), true, true, false, false, true},
      {"root at the console", at_the_console(root), true, true, false, false, true},
      {"a federated user at the console", at_the_console(federated_user), false, false, false, false, false},
      {"a service", caller(service, false), true, true, true, true, true},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.what);
    EXPECT_EQ(refusal<sts::ops::GetCallerIdentity>(c.who), "");
    EXPECT_EQ(refusal<iam::ops::ListUsers>(c.who), c.iam ? "" : unknown);
    EXPECT_EQ(refusal<sts::ops::AssumeRole>(c.who).empty(), c.assume_role);
    EXPECT_EQ(refusal<sts::ops::DecodeAuthorizationMessage>(c.who).empty(), c.decode);
    EXPECT_EQ(refusal<sts::ops::GetSessionToken>(c.who),
              c.get_session_token ? "" : "AccessDenied: Cannot call GetSessionToken with session credentials");
    EXPECT_EQ(refusal<sts::ops::GetFederationToken>(c.who),
              c.get_federation_token ? "" : "AccessDenied: Cannot call GetFederationToken with session credentials");
  }
}

}  // namespace
}  // namespace haar::api
