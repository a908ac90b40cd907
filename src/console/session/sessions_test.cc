#include "console/session/sessions.h"

#include <gtest/gtest.h>

#include "console/session/cookies.h"
#include "console/session/session_scheme.h"
#include "model/iam/CreateLoginProfile.h"
#include "model/iam/DeleteLoginProfile.h"
#include "model/iam/DeleteUser.h"
#include "model/iam/UpdateLoginProfile.h"
#include "services/iam/credentials/mfa_records.h"
#include "services/iam/test_world.h"

namespace haar::console {
namespace {

class SessionsTest : public ::testing::Test {
 protected:
  SessionsTest() {
    iam::CreateUserRequest create;
    create.UserName = "ana";
    user_id_ = world_.run<iam::ops::CreateUser>(create).value().User->UserId;
    iam::CreateLoginProfileRequest profile;
    profile.UserName = "ana";
    profile.Password = "Correct-Horse-1";
    EXPECT_EQ(world_.error<iam::ops::CreateLoginProfile>(profile), "");
  }

  StartedSession start(NewSession wanted) {
    wanted.account = world_.account;
    StartedSession out;
    world_.write([&](store::Txn& txn) { out = start_session(world_.env(), txn, wanted, world_.clock().now()).value(); });
    return out;
  }
  StartedSession start_user() { return start({.account = {}, .user_id = user_id_, .mfa_serial = {}, .browser = {}}); }
  // "" or the code of the refusal.
  std::string refusal(const std::string& cookie) {
    const Result<LiveSession> live = find_session(world_.env(), store::Reader(world_.snapshot()), cookie);
    return live.ok() ? "" : live.error().code;
  }
  std::shared_ptr<const api::Caller> caller(const std::string& cookie) {
    return find_session(world_.env(), store::Reader(world_.snapshot()), cookie).value().caller;
  }

  iam::TestWorld world_{nullptr, {&sessions}};
  std::string user_id_;
};

TEST_F(SessionsTest, YieldTheCallerThatTemporaryCredentialsWould) {
  const auto user = caller(start_user().cookie);
  EXPECT_EQ(user->type, api::CallerType::user_session);
  EXPECT_EQ(user->arn, "arn:aws:iam::111122223333:user/ana");
  EXPECT_TRUE(user->access_key_id.starts_with("ASIA"));
  EXPECT_TRUE(user->session->console);
  EXPECT_FALSE(user->session->mfa_at);
  const auto root = caller(start({}).cookie);
  EXPECT_EQ(root->type, api::CallerType::root);
  EXPECT_EQ(root->arn, "arn:aws:iam::111122223333:root");
}

TEST_F(SessionsTest, ACookieOfNobodyIsNone) {
  const std::string cookie = start_user().cookie;
  EXPECT_EQ(refusal(cookie), "");
  for (const std::string& other : {std::string(), cookie + "x", cookie.substr(1), std::string("x")})
    EXPECT_EQ(refusal(other), "NotSignedIn") << other;
}

TEST_F(SessionsTest, EndWithTime) {
  const std::string cookie = start_user().cookie;
  world_.clock().advance_seconds(session_seconds_default - 1);
  EXPECT_EQ(refusal(cookie), "");
  world_.clock().advance_seconds(1);
  EXPECT_EQ(refusal(cookie), "NotSignedIn");
}

TEST_F(SessionsTest, LastAsLongAsTheLoginProfileSays) {
  iam::UpdateLoginProfileRequest shorter;
  shorter.UserName = "ana";
  shorter.MaxSigninSessionDuration = 3600;
  ASSERT_EQ(world_.error<iam::ops::UpdateLoginProfile>(shorter), "");
  const std::string cookie = start_user().cookie;
  world_.clock().advance_seconds(3600);
  EXPECT_EQ(refusal(cookie), "NotSignedIn");
}

TEST_F(SessionsTest, EndWithThePassword) {
  const std::string cookie = start_user().cookie;
  iam::UpdateLoginProfileRequest change;
  change.UserName = "ana";
  change.Password = "Correct-Horse-2";
  ASSERT_EQ(world_.error<iam::ops::UpdateLoginProfile>(change), "");
  EXPECT_EQ(refusal(cookie), "NotSignedIn");
}

TEST_F(SessionsTest, EndWithTheLoginProfileAndWithTheUser) {
  const std::string cookie = start_user().cookie;
  iam::DeleteLoginProfileRequest remove;
  remove.UserName = "ana";
  ASSERT_EQ(world_.error<iam::ops::DeleteLoginProfile>(remove), "");
  EXPECT_EQ(refusal(cookie), "NotSignedIn");
  iam::DeleteUserRequest gone;
  gone.UserName = "ana";
  ASSERT_EQ(world_.error<iam::ops::DeleteUser>(gone), "");
  EXPECT_EQ(refusal(cookie), "NotSignedIn");
}

TEST_F(SessionsTest, EndWithTheAccountAndWithRootsPassword) {
  const std::string user = start_user().cookie, root = start({}).cookie;
  const auto change = [&](auto edit) {
    world_.write([&](store::Txn& txn) {
      iam::AccountRecord account = *iam::find_account(txn, world_.account);
      edit(account);
      txn.put(iam::accounts, iam::account_key(world_.account), std::move(account));
    });
  };
  change([](iam::AccountRecord& account) { account.root_password_hash = "another"; });
  EXPECT_EQ(refusal(root), "NotSignedIn");
  EXPECT_EQ(refusal(user), "");
  change([](iam::AccountRecord& account) { account.state = "CLOSED"; });
  EXPECT_EQ(refusal(user), "NotSignedIn");
}

TEST_F(SessionsTest, EndWithTheDeviceThatWasAskedFor) {
  iam::MfaDeviceRecord device;
  device.path = "/", device.name = "phone", device.owner_id = user_id_;
  const store::Key key = store::key_of(world_.account, store::global, "/phone");
  world_.write([&](store::Txn& txn) { txn.put(iam::mfa_devices, key, iam::MfaDeviceRecord(device)); });
  const std::string cookie =
      start({.account = {}, .user_id = user_id_, .mfa_serial = "arn:aws:iam::111122223333:mfa/phone", .browser = {}}).cookie;
  EXPECT_EQ(refusal(cookie), "");
  EXPECT_TRUE(caller(cookie)->session->mfa_at);
  device.owner_id.clear();
  world_.write([&](store::Txn& txn) { txn.put(iam::mfa_devices, key, iam::MfaDeviceRecord(device)); });
  EXPECT_EQ(refusal(cookie), "NotSignedIn");
}

TEST_F(SessionsTest, AreListedAndEnded) {
  const StartedSession one = start_user(), two = start_user();
  const auto listed = [&] {
    return sessions_of(world_.env(), store::Reader(world_.snapshot()), world_.account, user_id_).size();
  };
  EXPECT_EQ(listed(), 2U);
  world_.write([&](store::Txn& txn) { end_session(txn, world_.account, one.record.id); });
  EXPECT_EQ(listed(), 1U);
  EXPECT_EQ(refusal(one.cookie), "NotSignedIn");
  EXPECT_EQ(refusal(two.cookie), "");
}

TEST_F(SessionsTest, OfOnePrincipalAreBounded) {
  const std::string first = start_user().cookie;
  for (std::size_t i = 1; i < sessions_per_principal_max; ++i) {
    world_.clock().advance_seconds(1);
    start_user();
  }
  EXPECT_EQ(refusal(first), "");
  start_user();
  EXPECT_EQ(refusal(first), "NotSignedIn");
}

TEST_F(SessionsTest, TheCookieIsNotStored) {
  const StartedSession started = start_user();
  EXPECT_EQ(started.record.cookie_digest.find(started.cookie), std::string::npos);
  EXPECT_NE(started.record.id, started.cookie);
}

TEST_F(SessionsTest, TheSchemeAsksForTheSecondSecretOfWhatChangesSomething) {
  const std::string cookie = start_user().cookie;
  LastUse last_use;
  const SessionScheme scheme(world_.env(), last_use);
  EXPECT_TRUE(scheme.ambient());
  const auto ask = [&](std::string_view method, const std::string& csrf) {
    const std::string field = "haar_session=" + cookie;
    const std::vector<auth::Header> headers{{"Cookie", field}, {"X-Haar-Csrf", csrf}};
    const std::string_view path = "/console/api/iam/CreateUser";
    const auth::RequestView request{method, path, "", headers, ""};
    EXPECT_TRUE(scheme.recognises(request));
    api::Identified found;
    const Result<void> known = scheme.identify(request, store::Reader(world_.snapshot()), found);
    EXPECT_EQ(known.ok(), found.caller != nullptr);
    return known.ok() ? "" : known.error().code;
  };
  EXPECT_EQ(ask("GET", ""), "");
  EXPECT_EQ(ask("POST", csrf_secret(world_.keyring(), cookie)), "");
  EXPECT_EQ(ask("POST", ""), "MissingCsrfToken");
  EXPECT_EQ(ask("POST", csrf_secret(world_.keyring(), start_user().cookie)), "MissingCsrfToken");
}

TEST(Cookies, AreHostOnlyAndNotForScripts) {
  EXPECT_EQ(set_cookie("haar_session", "v", false), "haar_session=v; Path=/; HttpOnly; SameSite=Lax");
  EXPECT_EQ(set_cookie("haar_session", "v", true, 60), "haar_session=v; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=60");
}

TEST(Cookies, TwoOfANameAreNone) {
  EXPECT_EQ(find_cookie(http::Headers{{"Cookie", "a=1; haar_session=x; b=2"}}, "haar_session"), "x");
  EXPECT_EQ(find_cookie(http::Headers{{"Cookie", "haar_session=x; haar_session=y"}}, "haar_session"), "");
  EXPECT_EQ(find_cookie(http::Headers{{"Cookie", "haar_session=x"}, {"Cookie", "haar_session=y"}}, "haar_session"), "");
  EXPECT_EQ(find_cookie(http::Headers{{"Cookie", "xhaar_session=x; haar_session2=y"}}, "haar_session"), "");
}

}  // namespace
}  // namespace haar::console
