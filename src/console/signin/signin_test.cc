#include "console/signin/signin.h"

#include <gtest/gtest.h>

#include "auth/password.h"
#include "console/signin/guesses.h"
#include "console/test_browser.h"
#include "model/iam/UpdateLoginProfile.h"

namespace haar::console {
namespace {

constexpr const char* password = "Correct-Horse-1";
constexpr const char* new_password = "Correct-Horse-2";

class SignInTest : public ::testing::Test {
 protected:
  // Whether the browser is signed in, and as whom.
  std::string who(TestBrowser& browser) {
    const http::Response answer = browser.send("GET", "/console/api/session", "");
    if (answer.status != 200) return std::to_string(answer.status);
    constexpr std::string_view mark = "\"arn\":\"";
    const std::size_t at = answer.body.find(mark) + mark.size();
    return answer.body.substr(at, answer.body.find('"', at) - at);
  }
  TestConsole console_;
  TestBrowser browser_{console_};
  const std::string ana_ = console_.add_user("ana", password);
};

bool shows(const http::Response& page, std::string_view text) { return page.body.find(text) != std::string::npos; }

TEST_F(SignInTest, AUserSignsInWithAPassword) {
  EXPECT_EQ(who(browser_), "401");
  browser_.sign_in("ana", password);
  EXPECT_EQ(browser_.at(), "/console/");
  EXPECT_EQ(who(browser_), "arn:aws:iam::111122223333:user/ana");
  EXPECT_EQ(console_.recorded(), std::vector<std::string>{"ConsoleLogin Success ana"});
}

TEST_F(SignInTest, RootGivesTheAddressAndThenThePassword) {
  console_.set_root_password(password);
  browser_.sign_in_root("root@111122223333.example.com", password);
  EXPECT_EQ(who(browser_), "arn:aws:iam::111122223333:root");
}

TEST_F(SignInTest, WhatIsWrongIsNotTold) {
  const http::Response wrong = browser_.sign_in("ana", "not it"), unknown = browser_.sign_in("nobody", "not it");
  EXPECT_TRUE(shows(wrong, wrong_login));
  EXPECT_TRUE(shows(unknown, wrong_login));
  EXPECT_EQ(who(browser_), "401");
  EXPECT_EQ(console_.recorded(), (std::vector<std::string>{"ConsoleLogin Failure ana",
                                                           "ConsoleLogin Failure HIDDEN_DUE_TO_SECURITY_REASONS"}));
  EXPECT_NE(console_.raw[0].find("Failed authentication"), std::string::npos);
  EXPECT_NE(console_.raw[1].find("No username found in supplied account"), std::string::npos);
  EXPECT_EQ(console_.raw[1].find("nobody"), std::string::npos);
}

// Equal work, counted and not timed: one hash for every try, whoever is named.
TEST_F(SignInTest, TheSameWorkIsDoneForKnownAndUnknownNames) {
  console_.set_root_password(password);
  browser_.sign_in("nobody", "x");  // makes the hash of nobody's password
  const auto hashes = [&](auto attempt) {
    const std::uint64_t before = auth::argon2_runs();
    attempt();
    return auth::argon2_runs() - before;
  };
  EXPECT_EQ(hashes([&] { browser_.sign_in("ana", "wrong"); }), 1U);
  EXPECT_EQ(hashes([&] { browser_.sign_in("ana", password); }), 1U);
  EXPECT_EQ(hashes([&] { browser_.sign_in("nobody", "wrong"); }), 1U);
  EXPECT_EQ(hashes([&] { browser_.sign_in_root("root@111122223333.example.com", "wrong"); }), 1U);
  EXPECT_EQ(hashes([&] { browser_.sign_in_root("nobody@example.com", "wrong"); }), 1U);
  EXPECT_EQ(hashes([&] {
    browser_.get("/signin?account=999988887777");
    browser_.post("/signin/user", {{"account", "999988887777"}, {"user", "x"}, {"password", "y"}});
  }), 1U);
}

TEST_F(SignInTest, AFormOfAnotherOriginChangesNothing) {
  browser_.get("/signin?account=111122223333");
  for (const char* origin : {"http://evil.example", "http://haar.localhost:4567", "http://localhost:4566", "null",
                             "https://haar.localhost:4566"}) {
    browser_.origin = origin;
    const http::Response refused =
        browser_.post("/signin/user", {{"account", "111122223333"}, {"user", "ana"}, {"password", password}});
    EXPECT_EQ(refused.status, 403) << origin;
  }
  EXPECT_EQ(who(browser_), "401");
}

TEST_F(SignInTest, AFormWithoutThisBrowsersSecretChangesNothing) {
  TestBrowser other(console_);
  other.get("/signin");
  browser_.get("/signin");
  browser_.secret = other.secret;
  EXPECT_EQ(browser_.post("/signin/user", {{"account", "111122223333"}, {"user", "ana"}, {"password", password}}).status, 403);
  EXPECT_EQ(who(browser_), "401");
}

// What a browser had before the sign-in, an attacker may have put there.
TEST_F(SignInTest, NothingFromBeforeTheSignInIsGoodAfterIt) {
  browser_.cookies()["haar_session"] = "chosen-by-somebody-else";
  browser_.get("/signin?account=111122223333");
  const std::string visit = browser_.cookies()["haar_visit"], secret = browser_.secret;
  browser_.sign_in("ana", password);
  EXPECT_NE(browser_.cookies()["haar_session"], "chosen-by-somebody-else");
  EXPECT_NE(browser_.cookies()["haar_visit"], visit);
  browser_.secret = secret;
  EXPECT_EQ(browser_.post("/signin/out", {}).status, 403);
  EXPECT_EQ(who(browser_), "arn:aws:iam::111122223333:user/ana");
}

TEST_F(SignInTest, LeadsToOwnPathsOnly) {
  browser_.sign_in("ana", password, "/console/iam/users?x=1");
  EXPECT_EQ(browser_.at(), "/console/iam/users?x=1");
  for (const char* bad : {"https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"}) {
    TestBrowser other(console_);
    other.sign_in("ana", password, bad);
    EXPECT_EQ(other.at(), "/console/") << bad;
  }
}

TEST_F(SignInTest, SigningOutEndsTheSessionOnTheServer) {
  browser_.sign_in("ana", password);
  const std::string cookie = browser_.cookies()["haar_session"];
  browser_.get("/signin");
  EXPECT_EQ(browser_.post("/signin/out", {}).status, 200);
  EXPECT_FALSE(browser_.cookies().contains("haar_session"));
  browser_.cookies()["haar_session"] = cookie;
  EXPECT_EQ(who(browser_), "401");
}

TEST_F(SignInTest, TheConsoleSignsOutWithItsOwnSecret) {
  browser_.sign_in("ana", password);
  const std::string csrf = csrf_secret(console_.world().keyring(), browser_.cookies()["haar_session"]);
  EXPECT_EQ(browser_.send("POST", "/signin/out", "", {{"x-haar-csrf", "wrong"}}).status, 403);
  EXPECT_EQ(browser_.send("POST", "/signin/out", "", {{"x-haar-csrf", csrf}}).status, 200);
  EXPECT_EQ(who(browser_), "401");
}

// ---- guesses ------------------------------------------------------------------------------------

TEST_F(SignInTest, GuessesHaveToWaitAndThenTheRightOneTooUntilItIsOver) {
  for (std::uint32_t i = 0; i < free_guesses_of_name; ++i) EXPECT_TRUE(shows(browser_.sign_in("ana", "wrong"), wrong_login));
  EXPECT_TRUE(shows(browser_.sign_in("ana", password), "too many failed attempts"));
  EXPECT_EQ(who(browser_), "401");
  // Somebody else is not held up.
  console_.add_user("ben", password);
  TestBrowser other(console_);
  other.sign_in("ben", password);
  EXPECT_EQ(who(other), "arn:aws:iam::111122223333:user/ben");
  console_.world().clock().advance_seconds(guess_wait_seconds_first);
  browser_.sign_in("ana", password);
  EXPECT_EQ(who(browser_), "arn:aws:iam::111122223333:user/ana");
}

TEST_F(SignInTest, UnknownNamesHaveToWaitInTheSameWay) {
  for (std::uint32_t i = 0; i < free_guesses_of_name; ++i) browser_.sign_in("nobody", "wrong");
  EXPECT_TRUE(shows(browser_.sign_in("nobody", "wrong"), "too many failed attempts"));
}

TEST_F(SignInTest, AnAddressThatGuessesAtManyNamesHasToWait) {
  for (std::uint32_t i = 0; i < free_guesses_of_address; ++i) browser_.sign_in("user" + std::to_string(i), "wrong");
  EXPECT_TRUE(shows(browser_.sign_in("ana", password), "too many failed attempts"));
  TestBrowser elsewhere(console_);
  elsewhere.address = "127.0.0.9";
  elsewhere.sign_in("ana", password);
  EXPECT_EQ(who(elsewhere), "arn:aws:iam::111122223333:user/ana");
}

TEST(Guesses, WaitsGrowToABound) {
  EXPECT_EQ(wait_after(4, 5), 0);
  EXPECT_EQ(wait_after(5, 5), guess_wait_seconds_first);
  EXPECT_EQ(wait_after(6, 5), 2 * guess_wait_seconds_first);
  EXPECT_EQ(wait_after(4'000'000'000, 5), guess_wait_seconds_max);
}

// ---- a device -----------------------------------------------------------------------------------

TEST_F(SignInTest, AUserWithADeviceIsAskedForACode) {
  const std::string secret = console_.add_device("ana", "phone");
  const http::Response asked = browser_.sign_in("ana", password);
  EXPECT_EQ(browser_.at(), "/signin/mfa");
  EXPECT_TRUE(shows(asked, "MFA code"));
  EXPECT_EQ(who(browser_), "401");
  const std::string serial = "arn:aws:iam::111122223333:mfa/phone";
  const std::string code = console_.code(secret);
  browser_.post("/signin/mfa", {{"device", serial}, {"code", code}});
  EXPECT_EQ(who(browser_), "arn:aws:iam::111122223333:user/ana");
  EXPECT_EQ(console_.recorded(), (std::vector<std::string>{"CheckMfa Success ana", "ConsoleLogin Success ana"}));
  EXPECT_NE(console_.raw[1].find(R"("MFAIdentifier":"arn:aws:iam::111122223333:mfa/phone","MFAUsed":"Yes")"), std::string::npos);

  // The code is good once, and the flow is over.
  TestBrowser again(console_);
  again.sign_in("ana", password);
  EXPECT_TRUE(shows(again.post("/signin/mfa", {{"device", serial}, {"code", code}}), "not valid"));
  EXPECT_EQ(who(again), "401");
}

TEST_F(SignInTest, AFlowThatIsFinishedIsNotGoneOnWith) {
  const std::string secret = console_.add_device("ana", "phone");
  browser_.sign_in("ana", password);
  const auto cookies = browser_.cookies();
  const std::string form = browser_.secret;
  const std::string serial = "arn:aws:iam::111122223333:mfa/phone";
  browser_.post("/signin/mfa", {{"device", serial}, {"code", console_.code(secret)}});
  console_.world().clock().advance_seconds(auth::totp_step_seconds);
  TestBrowser thief(console_);
  thief.cookies() = cookies;
  thief.secret = form;
  EXPECT_EQ(thief.post("/signin/mfa", {{"device", serial}, {"code", console_.code(secret)}}).status, 400);
  EXPECT_EQ(who(thief), "401");
}

TEST_F(SignInTest, SomebodyElsesDeviceIsNone) {
  console_.add_device("ana", "phone");
  console_.add_user("ben", password);
  const std::string bens = console_.add_device("ben", "other");
  browser_.sign_in("ana", password);
  const std::string other = "arn:aws:iam::111122223333:mfa/other";
  EXPECT_TRUE(shows(browser_.post("/signin/mfa", {{"device", other}, {"code", console_.code(bens)}}), "not valid"));
  EXPECT_EQ(who(browser_), "401");
}

TEST_F(SignInTest, CodesAreNotGuessedByBeginningAgain) {
  console_.add_device("ana", "phone");
  for (std::uint32_t i = 0; i < free_guesses_of_name; ++i) {
    browser_.sign_in("ana", password);
    browser_.post("/signin/mfa", {{"device", "arn:aws:iam::111122223333:mfa/phone"}, {"code", "000000"}});
  }
  EXPECT_TRUE(shows(browser_.sign_in("ana", password), "too many failed attempts"));
}

TEST_F(SignInTest, OneOfSeveralDevicesIsChosen) {
  console_.add_device("ana", "phone");
  const std::string tablet = console_.add_device("ana", "tablet");
  const http::Response asked = browser_.sign_in("ana", password);
  EXPECT_TRUE(shows(asked, ">phone</option>"));
  EXPECT_TRUE(shows(asked, ">tablet</option>"));
  browser_.post("/signin/mfa", {{"device", "arn:aws:iam::111122223333:mfa/tablet"}, {"code", console_.code(tablet)}});
  EXPECT_EQ(who(browser_), "arn:aws:iam::111122223333:user/ana");
}

TEST_F(SignInTest, ADeviceThatHasDriftedIsSynchronized) {
  const std::string secret = console_.add_device("ana", "phone"), serial = "arn:aws:iam::111122223333:mfa/phone";
  browser_.sign_in("ana", password);
  EXPECT_TRUE(shows(browser_.post("/signin/mfa", {{"device", serial}, {"code", console_.code(secret, 20)}}), "not valid"));
  browser_.get("/signin/mfa?resync=1");
  browser_.post("/signin/mfa/resync",
                {{"device", serial}, {"code1", console_.code(secret, 21)}, {"code2", console_.code(secret, 22)}});
  EXPECT_EQ(who(browser_), "arn:aws:iam::111122223333:user/ana");
}

// ---- a new password -----------------------------------------------------------------------------

TEST_F(SignInTest, AUserWhoMustChangeThePasswordDoesSoBeforeAnythingElse) {
  console_.add_user("eva", password, true);
  console_.world().put_policy("eva", iam::allow("iam:ChangePassword"));
  const http::Response asked = browser_.sign_in("eva", password);
  EXPECT_EQ(browser_.at(), "/signin/password");
  EXPECT_TRUE(shows(asked, "Retype new password"));
  EXPECT_EQ(who(browser_), "401");
  const auto change = [&](const char* old, const char* chosen, const char* again) {
    return browser_.post("/signin/password", {{"old", old}, {"new", chosen}, {"again", again}});
  };
  EXPECT_TRUE(shows(change(password, new_password, "other"), "not the same"));
  EXPECT_TRUE(shows(change("wrong", new_password, new_password), "The old password was incorrect."));
  EXPECT_TRUE(shows(change(password, "short", "short"), "alert error"));
  change(password, new_password, new_password);
  EXPECT_EQ(who(browser_), "arn:aws:iam::111122223333:user/eva");
  EXPECT_EQ(console_.recorded(), (std::vector<std::string>{"PasswordUpdated Success eva", "ConsoleLogin Success eva"}));
  TestBrowser again(console_);
  again.sign_in("eva", new_password);
  EXPECT_EQ(who(again), "arn:aws:iam::111122223333:user/eva");
}

TEST_F(SignInTest, AUserWhoMayNotChangeThePasswordIsToldSo) {
  console_.add_user("eva", password, true);
  browser_.sign_in("eva", password);
  EXPECT_TRUE(shows(browser_.post("/signin/password", {{"old", password}, {"new", new_password}, {"again", new_password}}),
                    "not authorized to perform: iam:ChangePassword"));
  EXPECT_EQ(who(browser_), "401");
}

TEST_F(SignInTest, AFlowEndsWithThePasswordAndWithTime) {
  console_.add_device("ana", "phone");
  browser_.sign_in("ana", password);
  console_.world().clock().advance_seconds(flow_seconds);
  EXPECT_EQ(browser_.get("/signin/mfa").status, 400);
  browser_.sign_in("ana", password);
  EXPECT_EQ(browser_.get("/signin/mfa").status, 200);
  iam::UpdateLoginProfileRequest change;
  change.UserName = "ana";
  change.Password = new_password;
  ASSERT_EQ(console_.world().error<iam::ops::UpdateLoginProfile>(change), "");
  EXPECT_EQ(browser_.get("/signin/mfa").status, 400);
}

}  // namespace
}  // namespace haar::console
