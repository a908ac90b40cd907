// Every global condition key that the pipeline supplies: a policy that names it decides as AWS's page of the key
// says. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
#include "api/pipeline/authorize.h"

#include <gtest/gtest.h>

#include "api/kit/identity.h"
#include "api/kit/network_origin.h"
#include "api/kit/organization.h"
#include "api/kit/row.h"
#include "store/db.h"
#include "store/memory_backend.h"

namespace haar::api {
namespace {

using policy::Attached;
using policy::Kind;
using policy::PolicySet;
using policy::SourceType;

const AccountId mine("111122223333"), theirs("444455556666");
constexpr std::string_view task = "sts:AssumeRole";

std::shared_ptr<const PolicySet> compiled(const std::string& text, Kind kind, SourceType type = SourceType::user) {
  return PolicySet::build(Attached{"p", type, policy::parse(text, kind).value()});
}
std::string statement(const std::string& effect, const std::string& condition, const std::string& more = {}) {
  return R"({"Version":"2012-10-17","Statement":[{"Effect":")" + effect + R"(","Action":"*","Resource":"*")" + more +
         (condition.empty() ? "" : R"(,"Condition":)" + condition) + "}]}";
}
std::shared_ptr<const PolicySet> allowing(const std::string& condition = {}) {
  return compiled(statement("Allow", condition), Kind::identity);
}
std::shared_ptr<const PolicySet> scp(const std::string& effect) {
  return compiled(statement(effect, {}), Kind::scp, SourceType::organization);
}
std::shared_ptr<const PolicySet> rcp_denying(const std::string& condition = {}) {
  const std::string text = R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*",)"
                           R"("Action":"sts:*","Resource":"*")" +
                           (condition.empty() ? "" : R"(,"Condition":)" + condition) + "}]}";
  return compiled(text, Kind::rcp, SourceType::organization);
}

class OneGrant final : public Identities {
 public:
  std::shared_ptr<const Credential> find_access_key(const store::Reader&, std::string_view) override { return nullptr; }
  Result<std::shared_ptr<const Caller>> find_session(const store::Reader&, const auth::SessionClaims&,
                                                     std::string_view) override {
    return Error{"InvalidClientTokenId", "", 403};
  }
  std::shared_ptr<const EffectivePolicies> effective_policies(const store::Reader&, const Caller&) override { return given; }
  std::shared_ptr<const Caller> service_linked_caller(const store::Reader&, const AccountId&, std::string_view) override {
    return nullptr;
  }
  void note_use(const Caller&, const Use&, Timestamp) override {}

  std::shared_ptr<EffectivePolicies> given = std::make_shared<EffectivePolicies>();
};

class FakeOrganizations final : public Organizations {
 public:
  std::shared_ptr<const Membership> find(const store::Reader&, const AccountId& account) override {
    const auto at = members.find(account.value);
    return at == members.end() ? nullptr : at->second;
  }
  Membership& join(const AccountId& account, const std::string& organization) {
    auto member = std::make_shared<Membership>();
    member->organization_id = organization;
    member->path = organization + "/r-ab12/ou-ab12-11111111/";
    members[account.value] = member;
    return *member;
  }
  std::map<std::string, std::shared_ptr<Membership>> members;
};

class Authorize : public ::testing::Test {
 protected:
  Authorize() {
    env_.organizations = &organizations_;
    caller_.account = mine;
    caller_.arn = caller_.principal_arn = "arn:aws:iam::111122223333:user/dev/ana";
    caller_.unique_id = "AIDAEXAMPLE";
    caller_.name = "ana";
    caller_.tags = {{"team", "blue"}, {"level", "1"}};
    origin_.source_ip = "203.0.113.7";
    origin_.user_agent = "aws-cli/2";
    need_.action = task;
    need_.resource = "arn:aws:iam::111122223333:role/r";
    need_.owner = mine;
  }

  // "" if allowed, else the refusal's text; `evaluated_` says what decided.
  std::string decide() {
    store::Txn txn(db_->snapshot());
    const Call call(env_, txn, std::make_shared<const Caller>(caller_), origin_, Region("eu-west-1"), clock_.now());
    Requirements needs{std::string(task), mine};
    Requirement& need = needs.need("");
    need = need_;
    evaluated_.clear();
    const Result<void> done = authorize(call, service_, needs, evaluated_);
    return done.ok() ? "" : done.error().message;
  }
  // Whether an identity policy with this condition matches the request as it stands.
  bool holds(const std::string& condition) {
    identities_.given->identity = allowing(condition);
    return decide().empty();
  }
  bool is_absent(const std::string& key) { return holds(R"({"Null":{")" + key + R"(":"true"}})"); }

  Session& session(const std::string& name) {
    caller_.session.emplace().name = name;
    caller_.session->issued_at = Timestamp::from_seconds(1'799'999'000);
    return *caller_.session;
  }
  void become_role() {
    caller_.type = CallerType::role_session;
    caller_.arn = "arn:aws:sts::111122223333:assumed-role/r/s";
    caller_.principal_arn = "arn:aws:iam::111122223333:role/path/r";
    caller_.unique_id = "AROAEXAMPLE";
    caller_.name = "r";
    session("s");
  }

  ManualClock clock_{Timestamp::from_seconds(1'800'000'000)};  // 2027-01-15T08:00:00Z
  auth::Keyring keyring_ = auth::Keyring::ephemeral();
  OneGrant identities_;
  FakeOrganizations organizations_;
  wire::Service service_{.name = "sts", .signing_name = "sts"};
  Registry registry_;
  Environment env_{clock_, system_random(), keyring_, identities_, registry_};
  std::unique_ptr<store::Db> db_ = store::Db::open(store::make_memory_backend(), {}).value();
  Caller caller_;
  Origin origin_;
  Requirement need_;
  std::vector<events::Evaluated> evaluated_;
};

struct Case {
  std::string condition;
  bool matches;
};

TEST_F(Authorize, RequestKeys) {
  const std::vector<Case> cases{
      {R"({"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}})", true},
      {R"({"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}})", false},
      {R"({"DateGreaterThan":{"aws:CurrentTime":"2027-01-15T07:59:59Z"}})", true},
      {R"({"DateGreaterThan":{"aws:CurrentTime":"2027-01-15T08:00:01Z"}})", false},
      {R"({"NumericEquals":{"aws:EpochTime":"1800000000"}})", true},
      {R"({"DateLessThan":{"aws:EpochTime":"1800000001"}})", true},
      {R"({"Bool":{"aws:SecureTransport":"false"}})", true},
      {R"({"StringLike":{"aws:UserAgent":"aws-cli/*"}})", true},
      {R"({"StringEquals":{"aws:RequestedRegion":"eu-west-1"}})", true},
      {R"({"StringEquals":{"aws:RequestedRegion":"us-east-1"}})", false},
      {R"({"Bool":{"aws:ViaAWSService":"false"}})", true},
  };
  for (const Case& c : cases) EXPECT_EQ(holds(c.condition), c.matches) << c.condition;
  for (const std::string key : {"aws:CalledVia", "aws:CalledViaFirst", "aws:CalledViaLast", "aws:referer", "aws:SourceVpce",
                                "aws:SourceVpc", "aws:VpcSourceIp", "aws:SourceArn", "aws:SourceAccount"})
    EXPECT_TRUE(is_absent(key)) << key;
  origin_.tls = true;
  EXPECT_TRUE(holds(R"({"Bool":{"aws:SecureTransport":"true"}})"));
  origin_.referer = "http://localhost/console";
  EXPECT_TRUE(holds(R"({"StringLike":{"aws:referer":"http://localhost/*"}})"));
}

class FakeNetwork final : public NetworkOrigins {
 public:
  std::shared_ptr<const NetworkOrigin> find(const store::Reader&, const Partition&, const Region& region,
                                            std::string_view source_ip, std::string_view service) override {
    return source_ip == "203.0.113.7" && service == "sts" && region.value == "eu-west-1" ? origin : nullptr;
  }
  std::shared_ptr<NetworkOrigin> origin = std::make_shared<NetworkOrigin>(NetworkOrigin{
      AccountId("444455556666"), "vpce-1", "vpc-1", "arn:aws:ec2:eu-west-1:444455556666:vpc/vpc-1", "10.0.0.9", {}});
};

TEST_F(Authorize, KeysOfWhatComesThroughAnEndpoint) {
  FakeNetwork network;
  env_.put<NetworkOrigins>(network);
  service_.endpoint_prefix = "sts";
  const std::vector<std::string> conditions{
      R"({"StringEquals":{"aws:SourceVpce":"vpce-1"}})",     R"({"StringEquals":{"aws:SourceVpc":"vpc-1"}})",
      R"({"IpAddress":{"aws:VpcSourceIp":"10.0.0.0/24"}})",  R"({"StringEquals":{"aws:VpceAccount":"444455556666"}})",
      R"({"ArnEquals":{"aws:SourceVpcArn":"arn:aws:ec2:eu-west-1:444455556666:vpc/vpc-1"}})"};
  for (const std::string& condition : conditions) EXPECT_TRUE(holds(condition)) << condition;
  EXPECT_TRUE(is_absent("aws:SourceIp"));
  // A service's own call comes through none.
  origin_.called_via = {"rds.amazonaws.com"};
  EXPECT_TRUE(is_absent("aws:SourceVpce"));
  origin_.called_via.clear();
  origin_.source_ip = "203.0.113.8";
  EXPECT_TRUE(is_absent("aws:SourceVpce"));
  EXPECT_FALSE(is_absent("aws:SourceIp"));
}

TEST_F(Authorize, AnEndpointsPolicyLimits) {
  FakeNetwork network;
  env_.put<NetworkOrigins>(network);
  service_.endpoint_prefix = "sts";
  identities_.given->identity = allowing();
  EXPECT_EQ(decide(), "");
  const auto set = [&](const std::string& action) {
    const std::string text = R"({"Statement":[{"Effect":"Allow","Principal":"*","Resource":"*","Action":")" + action + "\"}]}";
    network.origin->policy = compiled(text, Kind::endpoint, SourceType::endpoint);
  };
  set("s3:*");
  EXPECT_NE(decide(), "");
  EXPECT_EQ(evaluated_.back().decided_by, "endpoint");
  set("sts:*");
  EXPECT_EQ(decide(), "");
}

TEST_F(Authorize, PrincipalKeysOfAUserWithALongTermKey) {
  const std::vector<Case> cases{
      {R"({"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:user/dev/ana"}})", true},
      {R"({"StringEquals":{"aws:PrincipalAccount":"111122223333"}})", true},
      {R"({"StringEquals":{"aws:PrincipalType":"User"}})", true},
      {R"({"Bool":{"aws:PrincipalIsAWSService":"false"}})", true},
      {R"({"StringEquals":{"aws:username":"ana"}})", true},
      {R"({"StringEquals":{"aws:userid":"AIDAEXAMPLE"}})", true},
      {R"({"StringEquals":{"aws:PrincipalTag/team":"blue"}})", true},
      {R"({"StringEquals":{"aws:PrincipalTag/TEAM":"blue"}})", true},
      {R"({"StringEquals":{"aws:PrincipalTag/team":"Blue"}})", false},
  };
  for (const Case& c : cases) EXPECT_EQ(holds(c.condition), c.matches) << c.condition;
  for (const std::string key : {"aws:MultiFactorAuthPresent", "aws:MultiFactorAuthAge", "aws:TokenIssueTime",
                                "aws:SourceIdentity", "aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:ResourceOrgID",
                                "aws:ResourceOrgPaths", "aws:PrincipalServiceName", "aws:PrincipalServiceNamesList"})
    EXPECT_TRUE(is_absent(key)) << key;
}

TEST_F(Authorize, PrincipalKeysOfARoleSession) {
  become_role();
  caller_.session->mfa_at = Timestamp::from_seconds(1'799'999'940);
  caller_.session->source_identity = "ana";
  caller_.session->tags = {{"team", "red"}};
  const std::vector<Case> cases{
      // The role's ARN with its path, not the session's.
      {R"({"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/path/r"}})", true},
      {R"({"StringEquals":{"aws:PrincipalType":"AssumedRole"}})", true},
      {R"({"StringEquals":{"aws:userid":"AROAEXAMPLE:s"}})", true},
      // A session's tag wins over the role's.
      {R"({"StringEquals":{"aws:PrincipalTag/team":"red"}})", true},
      {R"({"StringEquals":{"aws:PrincipalTag/level":"1"}})", true},
      {R"({"Bool":{"aws:MultiFactorAuthPresent":"true"}})", true},
      {R"({"NumericEquals":{"aws:MultiFactorAuthAge":"60"}})", true},
      {R"({"DateEquals":{"aws:TokenIssueTime":"1799999000"}})", true},
      {R"({"StringEquals":{"aws:SourceIdentity":"ana"}})", true},
  };
  for (const Case& c : cases) EXPECT_EQ(holds(c.condition), c.matches) << c.condition;
  EXPECT_TRUE(is_absent("aws:username"));
  caller_.session->mfa_at.reset();
  EXPECT_TRUE(holds(R"({"Bool":{"aws:MultiFactorAuthPresent":"false"}})"));
  EXPECT_TRUE(is_absent("aws:MultiFactorAuthAge"));
}

TEST_F(Authorize, PrincipalKeysOfAFederatedUserAreItsOwn) {
  caller_.type = CallerType::federated_user;
  caller_.arn = "arn:aws:sts::111122223333:federated-user/bo";
  session("bo");
  identities_.given->session = allowing();
  EXPECT_TRUE(holds(R"({"ArnEquals":{"aws:PrincipalArn":"arn:aws:sts::111122223333:federated-user/bo"}})"));
  EXPECT_TRUE(holds(R"({"StringEquals":{"aws:PrincipalType":"FederatedUser"}})"));
  EXPECT_TRUE(is_absent("aws:username"));
}

// Unsigned calls have none of the principal's keys; the role's trust policy has to name who asks.
TEST_F(Authorize, PrincipalKeysAreAbsentWithoutASignature) {
  caller_ = Caller{};
  caller_.type = CallerType::anonymous;
  need_.trust = true;
  const auto trusting = [](const std::string& condition) {
    return compiled(R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*")" +
                        (",\"Resource\":\"*\",\"Condition\":" + condition) + "}]}",
                    Kind::resource, SourceType::resource);
  };
  for (const std::string key : {"aws:PrincipalArn", "aws:userid", "aws:username", "aws:PrincipalIsAWSService",
                                "aws:PrincipalOrgID", "aws:MultiFactorAuthPresent"}) {
    need_.resource_policy = trusting(R"({"Null":{")" + key + R"(":"true"}})");
    EXPECT_EQ(decide(), "") << key;
  }
  need_.resource_policy = trusting(R"({"StringEquals":{"aws:PrincipalType":"Anonymous"}})");
  EXPECT_EQ(decide(), "");
}

TEST_F(Authorize, ResourceAndTagKeys) {
  need_.owner = mine;
  need_.resource_tags = {{"env", "prod"}};
  need_.request_tags = {{"cost", "7"}};
  need_.tag_keys = {"old"};
  need_.key("sts:ExternalId", "x").key("sts:TransitiveTagKeys", "cost");
  const std::vector<Case> cases{
      {R"({"StringEquals":{"aws:ResourceAccount":"111122223333"}})", true},
      {R"({"StringEquals":{"aws:ResourceTag/env":"prod"}})", true},
      {R"({"StringEquals":{"iam:ResourceTag/env":"prod"}})", true},
      {R"({"StringEquals":{"aws:RequestTag/cost":"7"}})", true},
      {R"({"ForAllValues:StringEquals":{"aws:TagKeys":["old","cost"]}})", true},
      {R"({"ForAllValues:StringEquals":{"aws:TagKeys":["old"]}})", false},
      {R"({"ForAnyValue:StringEquals":{"aws:TagKeys":["old"]}})", true},
      {R"({"StringEquals":{"sts:ExternalId":"x"}})", true},
      // A multi-valued key is a list even with one value, and needs a set operator.
      {R"({"ForAnyValue:StringEquals":{"sts:TransitiveTagKeys":"cost"}})", true},
      {R"({"StringEquals":{"sts:TransitiveTagKeys":"cost"}})", false},
  };
  for (const Case& c : cases) EXPECT_EQ(holds(c.condition), c.matches) << c.condition;
  // Only the services that have a spelling of their own for resource tags have it.
  need_.action = "rds:DescribeDBInstances";
  EXPECT_TRUE(is_absent("rds:ResourceTag/env"));
}

// A service that acts with the caller's permissions, and one that acts with its service-linked role.
TEST_F(Authorize, CallsOfServices) {
  origin_.called_via = {"cloudformation.amazonaws.com", "rds.amazonaws.com"};
  const std::vector<Case> cases{
      {R"({"Bool":{"aws:ViaAWSService":"true"}})", true},
      {R"({"ForAnyValue:StringEquals":{"aws:CalledVia":"rds.amazonaws.com"}})", true},
      {R"({"StringEquals":{"aws:CalledViaFirst":"cloudformation.amazonaws.com"}})", true},
      {R"({"StringEquals":{"aws:CalledViaLast":"rds.amazonaws.com"}})", true},
      // "AWS uses temporary credentials" for it.
      {R"({"Bool":{"aws:MultiFactorAuthPresent":"false"}})", true},
      {R"({"StringEquals":{"aws:username":"ana"}})", true},
  };
  for (const Case& c : cases) EXPECT_EQ(holds(c.condition), c.matches) << c.condition;
  EXPECT_TRUE(is_absent("aws:SourceIp"));

  become_role();
  caller_.service_linked = true;
  caller_.session->issued_at = {};
  EXPECT_TRUE(holds(R"({"Bool":{"aws:ViaAWSService":"false"}})"));
  for (const std::string key : {"aws:CalledVia", "aws:CalledViaFirst", "aws:CalledViaLast", "aws:SourceIp", "aws:TokenIssueTime"})
    EXPECT_TRUE(is_absent(key)) << key;
}

TEST_F(Authorize, OrganizationKeys) {
  organizations_.join(mine, "o-a1b2c3d4e5").scp_levels = {scp("Allow")};
  organizations_.join(theirs, "o-zzzzzzzzzz");
  const std::vector<Case> cases{
      {R"({"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}})", true},
      {R"({"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"}})", true},
      {R"({"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-a1b2c3d4e5/r-ab12/ou-ab12-22222222/*"}})", false},
      {R"({"StringEquals":{"aws:ResourceOrgID":"${aws:PrincipalOrgID}"}})", true},
      {R"({"ForAnyValue:StringEquals":{"aws:ResourceOrgPaths":"o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/"}})", true},
  };
  for (const Case& c : cases) EXPECT_EQ(holds(c.condition), c.matches) << c.condition;
  need_.owner = theirs;
  need_.resource_policy = compiled(
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]})",
      Kind::resource, SourceType::resource);
  EXPECT_TRUE(holds(R"({"StringEquals":{"aws:ResourceOrgID":"o-zzzzzzzzzz","aws:ResourceAccount":"444455556666"}})"));
}

// Every level of the principal's account has to allow; a Deny anywhere decides, and the event says so.
TEST_F(Authorize, ServiceControlPolicies) {
  identities_.given->identity = allowing();
  Membership& member = organizations_.join(mine, "o-a1b2c3d4e5");
  EXPECT_EQ(decide(), "");  // policies of that type are not enabled
  member.scp_levels = {scp("Allow"), scp("Allow")};
  EXPECT_EQ(decide(), "");
  EXPECT_EQ(evaluated_.front().decided_by, "identity");
  member.scp_levels.push_back(PolicySet::build(std::vector<Attached>{}));
  EXPECT_NE(decide().find("because no service control policy allows the sts:AssumeRole action"), std::string::npos);
  EXPECT_EQ(evaluated_.front().decided_by, "scp");
  member.scp_levels.back() = scp("Deny");
  EXPECT_NE(decide().find("with an explicit deny in a service control policy"), std::string::npos);
  EXPECT_EQ(evaluated_.front().decided_by, "scp");
  EXPECT_EQ(evaluated_.front().statements, std::vector<std::string>{"p@1:38"});
  member.management = true;
  EXPECT_EQ(decide(), "");
  member.management = false;
  become_role();
  EXPECT_NE(decide(), "");
  caller_.service_linked = true;
  EXPECT_EQ(decide(), "");
}

// RCPs of the resource's account bind everybody, but not on the management account's resources, nor of services
// that they do not cover.
TEST_F(Authorize, ResourceControlPolicies) {
  identities_.given->identity = allowing();
  Membership& owner = organizations_.join(theirs, "o-zzzzzzzzzz");
  owner.rcp_levels = {rcp_denying(R"({"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-zzzzzzzzzz"}})")};
  need_.owner = theirs;
  need_.resource_policy = compiled(
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]})",
      Kind::resource, SourceType::resource);
  EXPECT_NE(decide().find("with an explicit deny in a resource control policy"), std::string::npos);
  EXPECT_EQ(evaluated_.front().decided_by, "rcp");
  organizations_.join(mine, "o-zzzzzzzzzz");
  EXPECT_EQ(decide(), "");
  organizations_.members.erase(mine.value);
  owner.management = true;
  EXPECT_EQ(decide(), "");
  owner.management = false;
  owner.rcp_levels = {compiled(R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*",)"
                               R"("Action":["sts:*","s3:*"],"Resource":"*"}]})", Kind::rcp, SourceType::organization)};
  EXPECT_NE(decide(), "");
  need_.action = "rds:DescribeDBInstances";
  EXPECT_EQ(decide(), "");
  become_role();
  need_.action = task;
  caller_.service_linked = true;
  EXPECT_EQ(decide(), "");
}

// The other types name themselves in the event too.
TEST_F(Authorize, EventsSayWhichTypeDecided) {
  const auto nothing = PolicySet::build(std::vector<Attached>{});
  identities_.given->identity = nothing;
  EXPECT_NE(decide(), "");
  EXPECT_EQ(evaluated_.front().decided_by, "identity");
  identities_.given->identity = allowing();
  identities_.given->boundary = nothing;
  EXPECT_NE(decide().find("because no permissions boundary allows"), std::string::npos);
  EXPECT_EQ(evaluated_.front().decided_by, "boundary");
  identities_.given->boundary = nullptr;
  identities_.given->session = nothing;
  EXPECT_NE(decide().find("because no session policy allows"), std::string::npos);
  EXPECT_EQ(evaluated_.front().decided_by, "session");
  identities_.given->session = nullptr;
  need_.resource_policy = compiled(
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}]})",
      Kind::resource, SourceType::resource);
  EXPECT_NE(decide().find("with an explicit deny in a resource-based policy"), std::string::npos);
  EXPECT_EQ(evaluated_.front().decided_by, "resource");
  need_.trust = true;
  need_.resource_policy = compiled(
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"444455556666"},"Action":"sts:AssumeRole"}]})",
      Kind::trust, SourceType::resource);
  EXPECT_NE(decide(), "");
  EXPECT_EQ(evaluated_.front().decided_by, "trust");
}

}  // namespace
}  // namespace haar::api
