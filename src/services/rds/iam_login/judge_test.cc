// What counts in the decision about a token. What clients make, and what else is wrong with a token:
// test/system/test_access_iam.py
#include "services/rds/iam_login/judge.h"

#include <gtest/gtest.h>

#include <array>

#include "api/kit/identity.h"
#include "api/kit/organization.h"
#include "api/kit/row.h"
#include "auth/sigv4.h"
#include "base/encoding.h"
#include "services/rds/iam_login/token.h"
#include "store/memory_backend.h"

namespace haar::rds {
namespace {

using policy::Attached;
using policy::Kind;
using policy::PolicySet;
using policy::SourceType;

const AccountId mine("111122223333");
const std::string host = "shop.cluster-cabc.us-east-1.rds.amazonaws.com:5432", secret = "secretSecretSecret";

std::shared_ptr<const PolicySet> compiled(const std::string& effect, const std::string& resource, const std::string& condition,
                                          Kind kind = Kind::identity, SourceType type = SourceType::user) {
  const std::string text = R"({"Version":"2012-10-17","Statement":[{"Effect":")" + effect +
                           R"(","Action":"rds-db:connect","Resource":")" + resource + R"(")" +
                           (condition.empty() ? "" : R"(,"Condition":)" + condition) + "}]}";
  return PolicySet::build(Attached{"p", type, policy::parse(text, kind).value()});
}

class OneUser final : public api::Identities {
 public:
  std::shared_ptr<const api::Credential> find_access_key(const store::Reader&, std::string_view id) override {
    return id == credential->caller->access_key_id ? credential : nullptr;
  }
  Result<std::shared_ptr<const api::Caller>> find_session(const store::Reader&, const auth::SessionClaims&,
                                                          std::string_view) override {
    return Error{"InvalidClientTokenId", "", 403};
  }
  std::shared_ptr<const api::EffectivePolicies> effective_policies(const store::Reader&, const api::Caller&) override {
    return given;
  }
  std::shared_ptr<const api::Caller> service_linked_caller(const store::Reader&, const AccountId&, std::string_view) override {
    return nullptr;
  }
  void note_use(const api::Caller&, const api::Use& use, Timestamp) override { used = use.service; }

  std::shared_ptr<api::Credential> credential = std::make_shared<api::Credential>();
  std::shared_ptr<api::EffectivePolicies> given = std::make_shared<api::EffectivePolicies>();
  std::string used;
};

class OneMember final : public api::Organizations {
 public:
  std::shared_ptr<const api::Membership> find(const store::Reader&, const AccountId&) override { return membership; }
  std::shared_ptr<api::Membership> membership;
};

class Judge : public ::testing::Test {
 protected:
  Judge() {
    auto caller = std::make_shared<api::Caller>();
    caller->account = mine;
    caller->arn = caller->principal_arn = "arn:aws:iam::111122223333:user/ann";
    caller->unique_id = "AIDAEXAMPLE";
    caller->name = "ann";
    caller->access_key_id = "AKIAIOSFODNN7EXAMPLE";
    identities_.credential->caller = caller;
    identities_.credential->secret = secret;
    identities_.given->identity = compiled("Allow", resource, "");
    env_.organizations = &organizations_;
  }

  std::string token(std::int64_t seconds_ago = 0) const {
    const std::string stamp = "20270115T0" + std::string(seconds_ago == 0 ? "80000Z" : "74000Z");
    const std::string query = "Action=connect&DBUser=app&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE"
                              "%2F20270115%2Fus-east-1%2Frds-db%2Faws4_request&X-Amz-Date=" + stamp +
                              "&X-Amz-Expires=900&X-Amz-SignedHeaders=host";
    const std::array<auth::Header, 1> headers{auth::Header{"host", host}};
    const std::string unsigned_form = query + "&X-Amz-Signature=" + std::string(64, '0');
    const auth::RequestView request{"GET", "/", unsigned_form, headers, ""};
    const auth::SignatureClaims claims = auth::read_claims(request, auth::Family::query).value();
    const std::string canonical = auth::canonical_request(request, claims, {}, auth::sha256_hex(""));
    const auth::Digest signature =
        auth::SigningKey::derive(secret, "20270115", "us-east-1", token_service).sign(auth::string_to_sign(claims, canonical));
    return host + "/?" + query +
           "&X-Amz-Signature=" + to_hex({reinterpret_cast<const char*>(signature.data()), signature.size()});
  }
  // "" if it opens, else why not.
  std::string judge(const std::string& with, const std::string& user = "app") {
    const auto done = judge_login(env_, *db_, place_, {user, "203.0.113.7", with});
    return done.ok() ? "" : done.error().message;
  }
  bool opens() { return judge(token()).empty(); }

  static inline const std::string resource = "arn:aws:rds-db:us-east-1:111122223333:dbuser:cluster-ABC/app";
  ManualClock clock_{Timestamp::from_seconds(1'800'000'000)};  // 2027-01-15T08:00:00Z
  auth::Keyring keyring_ = auth::Keyring::ephemeral();
  OneUser identities_;
  OneMember organizations_;
  api::Registry registry_;
  api::Environment env_{clock_, system_random(), keyring_, identities_, registry_};
  std::unique_ptr<store::Db> db_ = store::Db::open(store::make_memory_backend(), {}).value();
  LoginPlace place_{mine, Region("us-east-1"), "cluster-ABC", {host, "*.cluster-custom-cabc.us-east-1.rds.amazonaws.com:5432"}};
};

TEST_F(Judge, AGoodTokenOpensAndIsAUseOfTheKey) {
  EXPECT_EQ(judge(token()), "");
  EXPECT_EQ(identities_.used, "rds-db");
}

TEST_F(Judge, TheNameOfACustomEndpointIsOneOfTheClusters) {
  place_.hosts = {"*.cluster-cabc.us-east-1.rds.amazonaws.com:5432"};
  EXPECT_TRUE(opens());
  place_.hosts = {"*.us-east-1.rds.amazonaws.com:5432"};  // one label, not two
  EXPECT_FALSE(opens());
}

TEST_F(Judge, AnExpiredTokenDoesNot) { EXPECT_NE(judge(token(1200)), ""); }

TEST_F(Judge, ItIsForItsUserAndPlaceAlone) {
  EXPECT_EQ(judge(token(), "ana"), "the token is for another database user");
  const LoginPlace good = place_;
  place_.hosts = {"other.cluster-cabc.us-east-1.rds.amazonaws.com:5432"};
  EXPECT_FALSE(opens());
  place_ = good;
  place_.region = Region("eu-west-1");
  EXPECT_FALSE(opens());
  place_ = good;
  place_.resource_id = "cluster-DEF";  // permitted is another one
  EXPECT_FALSE(opens());
}

TEST_F(Judge, ConditionsCount) {
  const std::pair<const char*, bool> cases[] = {
      {R"({"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}})", true},
      {R"({"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}})", false},
      {R"({"Bool":{"aws:SecureTransport":"true"}})", true},
      {R"({"StringEquals":{"aws:RequestedRegion":"us-east-1"}})", true},
      {R"({"StringEquals":{"aws:RequestedRegion":"us-west-2"}})", false}};
  for (const auto& [condition, allowed] : cases) {
    identities_.given->identity = compiled("Allow", resource, condition);
    EXPECT_EQ(opens(), allowed) << condition;
  }
}

TEST_F(Judge, BoundariesSessionPoliciesAndTheOrganizationsCount) {
  const auto other = compiled("Allow", "arn:aws:rds-db:us-east-1:111122223333:dbuser:cluster-ABC/other", "");
  identities_.given->boundary = other;
  EXPECT_FALSE(opens());
  identities_.given->boundary = nullptr;
  identities_.given->session = other;
  EXPECT_FALSE(opens());
  identities_.given->session = nullptr;
  organizations_.membership = std::make_shared<api::Membership>();
  organizations_.membership->scp_levels = {compiled("Allow", "*", "", Kind::scp, SourceType::organization)};
  EXPECT_TRUE(opens());
  organizations_.membership->scp_levels = {compiled("Deny", "*", "", Kind::scp, SourceType::organization)};
  EXPECT_FALSE(opens());
}

TEST_F(Judge, AnInactiveKeyOpensNothing) {
  identities_.credential->active = false;
  EXPECT_EQ(judge(token()), "the token's signature is not good: InvalidClientTokenId");
}

}  // namespace
}  // namespace haar::rds
