#include "console/gateway/gateway.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "model/sts/service.h"
#include "services/iam/test_world.h"

namespace haar::console {
namespace {

TEST(Gateway, ReadsWhatIsAsked) {
  const std::optional<Asked> asked = read_asked("/console/api/rds-data/ExecuteStatement", "x=1&region=eu-west-1");
  ASSERT_TRUE(asked);
  EXPECT_EQ(std::tie(asked->service, asked->operation, asked->region),
            std::tuple("rds-data", "ExecuteStatement", "eu-west-1"));
  EXPECT_EQ(read_asked("/console/api/iam/ListUsers", "")->region, "");
  for (const std::string_view bad : {"/console/api/", "/console/api/iam", "/console/api/iam/", "/console/api//ListUsers",
                                     "/console/api/iam/ListUsers/", "/console/api/iam/List%55sers", "/console/apis/iam/ListUsers",
                                     "/console/api/iam/../ec2", "/x"})
    EXPECT_FALSE(read_asked(bad, "")) << bad;
}

class GatewayTest : public ::testing::Test {
 protected:
  GatewayTest() {
    world_.write([&](store::Txn& txn) {
      cookie_ = start_root_session(world_.env(), txn, world_.account, {}, world_.clock().now()).value().cookie;
    });
  }

  struct Sent {
    std::string path = "/console/api/iam/ListUsers", query = "region=eu-west-1";
    std::optional<std::string> cookie{}, csrf{};  // none: the session's own; empty: not sent
    std::string method = "POST";
  };
  // What was found out, and the code of the refusal.
  std::string identify(const Sent& sent) {
    found_ = {};
    const std::string cookie = "haar_session=" + sent.cookie.value_or(cookie_);
    const std::string csrf = sent.csrf.value_or(csrf_secret(world_.env().keyring, cookie_));
    std::vector<auth::Header> headers{{"Host", "haar.localhost"}, {"Cookie", cookie}};
    if (!csrf.empty()) headers.emplace_back("X-Haar-Csrf", csrf);
    const auth::RequestView view{sent.method, sent.path, sent.query, headers, "{}"};
    EXPECT_TRUE(scheme_.recognises(view)) << "whatever it carries";
    const Result<void> done = scheme_.identify(view, store::Reader(world_.snapshot()), found_);
    EXPECT_TRUE(found_.model_json) << "a refusal is JSON, too";
    return done.ok() ? "" : done.error().code + " " + std::to_string(done.error().http_status);
  }

  iam::TestWorld world_{nullptr, {&sessions}};
  LastUse last_use_;
  GatewayScheme scheme_{world_.env(), last_use_, {"eu-west-1", "us-east-1"}, "eu-west-1"};
  std::string cookie_;
  api::Identified found_;
};

TEST_F(GatewayTest, KnowsWhoAsksForWhat) {
  EXPECT_EQ(identify({}), "");
  EXPECT_EQ(found_.caller->arn, "arn:aws:iam::111122223333:root");
  EXPECT_EQ(found_.service->name, "iam");
  EXPECT_EQ(found_.operation->name, "ListUsers");
  EXPECT_EQ(found_.region.value, "us-east-1") << "a global service has one region";
}

TEST_F(GatewayTest, NeedsTheCookieAndTheSecondSecret) {
  EXPECT_EQ(identify({.cookie = ""}), "NotSignedIn 401");
  EXPECT_EQ(identify({.cookie = "x"}), "NotSignedIn 401");
  EXPECT_EQ(identify({.csrf = ""}), "MissingCsrfToken 403");
  EXPECT_EQ(identify({.csrf = csrf_secret(world_.env().keyring, "another")}), "MissingCsrfToken 403");
  EXPECT_EQ(identify({.csrf = csrf_secret(world_.env().keyring, cookie_) + "0"}), "MissingCsrfToken 403");
  EXPECT_EQ(identify({.path = "/console/api/none", .cookie = ""}), "NotSignedIn 401") << "strangers learn nothing";
}

TEST_F(GatewayTest, RefusesWhatIsNotThere) {
  EXPECT_EQ(identify({.path = "/console/api/iam/MakeCoffee"}), "UnknownOperation 404");
  EXPECT_EQ(identify({.path = "/console/api/iam"}), "UnknownOperation 404");
  EXPECT_EQ(identify({.path = "/console/api/s3/ListBuckets"}), "");
  EXPECT_EQ(found_.service, nullptr);
  EXPECT_EQ(found_.unserved, "s3") << "the pipeline says NotImplemented";
}

}  // namespace
}  // namespace haar::console
