// What boto3 cannot reach: sign-in, sessions of sts:AssumeRoot, and changes that meet.
#include "services/iam/credentials/login.h"

#include <gtest/gtest.h>

#include "model/iam/ChangePassword.h"
#include "model/iam/CreateLoginProfile.h"
#include "model/iam/DeleteLoginProfile.h"
#include "model/iam/GenerateCredentialReport.h"
#include "model/iam/GetCredentialReport.h"
#include "model/iam/GetLoginProfile.h"
#include "model/iam/GetUser.h"
#include "model/iam/ListUsers.h"
#include "model/iam/UpdateAccountPasswordPolicy.h"
#include "model/iam/UpdateLoginProfile.h"
#include "services/iam/credentials/login_records.h"
#include "services/iam/test_world.h"

namespace haar::iam {
namespace {

constexpr std::int64_t day = 86'400;
const std::string good = "Correct-Horse-7";

class Login : public ::testing::Test {
 protected:
  void SetUp() override {
    ana = world.user("ana");
    give("ana", good);
  }
  void give(const std::string& user, const std::string& password, bool reset = false) {
    CreateLoginProfileRequest in;
    in.UserName = user;
    in.Password = password;
    in.PasswordResetRequired = reset;
    EXPECT_EQ(world.error<ops::CreateLoginProfile>(in), "");
  }
  LoginCheck verify(const std::optional<std::string>& user, const std::string& password) {
    return verify_login(store::Reader(world.snapshot()), {world.account, user}, password, world.clock().now());
  }
  void expire_after(int days, bool hard) {
    UpdateAccountPasswordPolicyRequest in;
    in.MaxPasswordAge = days;
    in.HardExpiry = hard;
    EXPECT_EQ(world.error<ops::UpdateAccountPasswordPolicy>(in), "");
  }
  // The root user in a session of sts:AssumeRoot with this task.
  std::shared_ptr<const api::Caller> task(const std::string& name) {
    auto caller = std::make_shared<api::Caller>(*world.root());
    api::Session& session = caller->session.emplace();
    session.assumed_root = true;
    session.policy_arns = {"arn:aws:iam::aws:policy/root-task/" + name};
    session.issued_at = world.clock().now();
    session.expires_at = session.issued_at.plus_seconds(900);
    return caller;
  }

  TestWorld world;
  std::shared_ptr<const api::Caller> ana;
};

TEST_F(Login, TellsTheRightPasswordFromAnyOther) {
  const LoginCheck right = verify("ana", good);
  EXPECT_TRUE(right.matches);
  EXPECT_EQ(right.owner_id, ana->unique_id);
  EXPECT_FALSE(right.reset_required || right.expired || right.locked);
  EXPECT_FALSE(verify("ana", good + "x").matches);
  EXPECT_FALSE(verify("nobody", good).matches);
  EXPECT_FALSE(verify(std::nullopt, good).matches) << "root has no password";
  world.user("bob");
  EXPECT_FALSE(verify("bob", "").matches) << "a user without a password";
}

TEST_F(Login, SaysThatAPasswordMustBeChanged) {
  world.user("bob");
  give("bob", good, true);
  EXPECT_TRUE(verify("bob", good).reset_required);
  EXPECT_FALSE(verify("bob", "wrong").reset_required) << "to nobody else";
}

// A period that is set today counts for passwords that are there already.
TEST_F(Login, KnowsWhatHasExpired) {
  world.clock().advance_seconds(10 * day);
  expire_after(11, false);
  EXPECT_FALSE(verify("ana", good).expired);
  world.clock().advance_seconds(1 * day);
  EXPECT_TRUE(verify("ana", good).expired);
  EXPECT_FALSE(verify("ana", good).locked);
  expire_after(11, true);
  EXPECT_TRUE(verify("ana", good).locked);
  UpdateLoginProfileRequest in;
  in.UserName = "ana";
  in.Password = good + "2";
  EXPECT_EQ(world.error<ops::UpdateLoginProfile>(in), "");
  EXPECT_FALSE(verify("ana", good + "2").expired);
}

TEST_F(Login, TheLastUseIsShown) {
  GetUserRequest get;
  get.UserName = "ana";
  EXPECT_EQ(world.run<ops::GetUser>(get).value().User.PasswordLastUsed, std::nullopt);
  world.write([&](store::Txn& txn) { note_password_use(txn, world.account, ana->unique_id, world.clock().now()); });
  EXPECT_EQ(world.run<ops::GetUser>(get).value().User.PasswordLastUsed, world.clock().now());
  EXPECT_EQ(world.run<ops::ListUsers>({}).value().Users.at(0).PasswordLastUsed, world.clock().now());
  const std::string report = [&] {
    EXPECT_EQ(world.error<ops::GenerateCredentialReport>({}), "");
    return world.run<ops::GetCredentialReport>({}).value().Content->bytes;
  }();
  EXPECT_NE(report.find("true," + format_iso8601(world.clock().now()).substr(0, 19) + "+00:00,"), std::string::npos) << report;
}

// The tasks that give a member account's root user a password back, or take it.
TEST_F(Login, ARootTaskMayLeaveTheUserOut) {
  const auto create = task("IAMCreateRootUserPassword");
  GetLoginProfileRequest get;
  EXPECT_EQ(world.error<ops::GetLoginProfile>(task("IAMAuditRootUserCredentials"), get),
            "NoSuchEntity: Login Profile for User root cannot be found.");
  CreateLoginProfileRequest with_password;
  with_password.Password = good;
  EXPECT_EQ(world.error<ops::CreateLoginProfile>(create, with_password).substr(0, 15), "ValidationError");
  EXPECT_EQ(world.error<ops::CreateLoginProfile>(create, {}), "");
  EXPECT_EQ(world.error<ops::CreateLoginProfile>(create, {}),
            "EntityAlreadyExists: Login Profile for user root already exists.");
  EXPECT_FALSE(verify(std::nullopt, "").matches) << "it is for root to choose a password";
  EXPECT_EQ(world.error<ops::GetLoginProfile>(task("IAMAuditRootUserCredentials"), get), "");
  EXPECT_EQ(world.error<ops::DeleteLoginProfile>(task("IAMDeleteRootUserCredentials"), {}), "");
  EXPECT_EQ(world.error<ops::DeleteLoginProfile>(task("IAMDeleteRootUserCredentials"), {}),
            "NoSuchEntity: Login Profile for User root cannot be found.");
  EXPECT_EQ(world.error<ops::GetLoginProfile>(world.root(), get),
            "ValidationError: Must specify userName when calling with non-User credentials");
}

// What was compared before the transaction is no longer what is stored: nobody's change is lost.
TEST_F(Login, ChangesThatMeetAreToldApart) {
  world.put_policy("ana", allow("iam:ChangePassword"));
  const auto other = [&] {
    world.write([&](store::Txn& txn) {
      const store::Key key = login_profile_key(world.account, ana->unique_id);
      LoginProfileRecord profile = *txn.get(login_profiles, key);
      profile.password_hash += "=";
      txn.put(login_profiles, key, profile);
    });
  };
  ChangePasswordRequest in;
  in.OldPassword = good;
  in.NewPassword = good + "2";
  world.between = other;
  EXPECT_EQ(world.error<ops::ChangePassword>(ana, in).substr(0, 27), "EntityTemporarilyUnmodifiab");
  world.between = nullptr;
  EXPECT_FALSE(verify("ana", good + "2").matches);
}

}  // namespace
}  // namespace haar::iam
