#include "services/iam/delegation/delegation.h"

#include <gtest/gtest.h>

#include "services/iam/test_world.h"

namespace haar::iam {
namespace {

const std::vector<DelegationParameter> bucket = {{"bucketName", "string", {"data"}}};

std::string rendered(const std::string& text, const std::vector<DelegationParameter>& parameters) {
  const Result<std::string> done = render_template(text, parameters);
  return done.ok() ? *done : done.error().code + ": " + done.error().message;
}

std::string policy(const std::string& resource) {
  return R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":)" + resource + "}]}";
}

// https://docs.aws.amazon.com/IAM/latest/UserGuide/temporary-delegation-policy-templates.html
TEST(DelegationTemplate, ValuesTakeTheParametersPlaces) {
  EXPECT_EQ(rendered(policy(R"("arn:aws:s3:::@{bucketName}/*")"), bucket), policy(R"("arn:aws:s3:::data/*")"));
  const std::vector<DelegationParameter> list = {{"arns", "stringList", {"arn:aws:s3:::a", "arn:aws:s3:::b"}}};
  EXPECT_EQ(rendered(policy(R"("@{arns}")"), list), policy(R"(["arn:aws:s3:::a","arn:aws:s3:::b"])"));
  EXPECT_EQ(rendered(policy(R"(["arn:aws:s3:::c","@{arns}"])"), list),
            policy(R"(["arn:aws:s3:::c","arn:aws:s3:::a","arn:aws:s3:::b"])"));
}

TEST(DelegationTemplate, ValuesCannotBreakOutOfTheirText) {
  const std::string text = rendered(policy(R"("arn:aws:s3:::@{bucketName}")"),
                                    {{"bucketName", "string", {R"(x","Effect":"Allow)"}}});
  EXPECT_EQ(text, policy(R"("arn:aws:s3:::x\",\"Effect\":\"Allow")"));
}

TEST(DelegationTemplate, ParametersMustFit) {
  const std::string text = policy(R"("arn:aws:s3:::@{bucketName}/*")");
  EXPECT_EQ(rendered(text, {}), "InvalidInput: The policy template needs a value for its parameter bucketName.");
  EXPECT_EQ(rendered(text, {bucket[0], {"other", "string", {"x"}}}), "InvalidInput: The policy template has no parameter other.");
  EXPECT_EQ(rendered(text, {{"bucketName", "string", {"a", "b"}}}),
            "InvalidInput: The parameter bucketName of type string must have one value.");
  EXPECT_EQ(rendered(text, {{"bucketName", "stringList", {"a", "b"}}}),
            "InvalidInput: The parameter bucketName stands within a text and must have one value.");
  EXPECT_EQ(rendered(text, {{"bucketName", "string", {std::string(2100, 'x')}}}),
            "InvalidInput: The permission policy has more than 2048 characters.");
}

TEST(DelegationTemplate, BoundariesOfRolesAreFound) {
  EXPECT_EQ(role_boundaries_in(R"({"Statement":[{"Effect":"Allow","Action":"iam:CreateRole","Resource":"*",
                                   "Condition":{"StringEquals":{"iam:PermissionsBoundary":["arn:a","arn:b"]}}},
                                  {"Effect":"Allow","Action":"iam:GetRole","Resource":"*",
                                   "Condition":{"StringEquals":{"iam:PermissionsBoundary":"arn:c"}}}]})"),
            (std::vector<std::string>{"arn:a", "arn:b"}));
  EXPECT_TRUE(role_boundaries_in("{}").empty());
}

TEST(Delegation, StatesRunOut) {
  DelegationRequestRecord request;
  const Timestamp now = Timestamp::from_seconds(1'800'000'000);
  enter_state(request, delegation_state::unassigned, now);
  EXPECT_EQ(state_of(request, now.plus_seconds(24 * 3600 - 1)), "UNASSIGNED");
  EXPECT_EQ(state_of(request, now.plus_seconds(24 * 3600)), "EXPIRED");
  enter_state(request, delegation_state::accepted, now);
  EXPECT_EQ(state_of(request, now.plus_seconds(7 * 24 * 3600 - 1)), "ACCEPTED");
  EXPECT_EQ(state_of(request, now.plus_seconds(7 * 24 * 3600)), "EXPIRED");
}

TEST(Delegation, TokensAreOfOneRequestAndOneKeyFile) {
  TestWorld world;
  DelegationRequestRecord request;
  request.id = "e4bdcdae-4f66-11ed-8000-000000000001";
  request.finalized = world.clock().now();
  enter_state(request, delegation_state::finalized, world.clock().now());
  const store::Key key = store::key_of(world.account, store::global, request.id);
  world.write([&](store::Txn& txn) { txn.put(delegation_requests, key, request); });
  const std::string token = trade_in_token(world.keyring(), world.account, request);
  const store::Reader reader(world.snapshot());
  EXPECT_NE(find_by_token(reader, world.keyring(), token).record, nullptr);
  EXPECT_EQ(find_by_token(reader, world.keyring(), token + "0").record, nullptr);
  EXPECT_EQ(find_by_token(reader, world.keyring(), request.id).record, nullptr);
  const auth::Keyring other = auth::Keyring::ephemeral();
  EXPECT_EQ(find_by_token(reader, other, token).record, nullptr);
}

TEST(Delegation, NoticesAreBounded) {
  TestWorld world;
  DelegationRequestRecord request;
  for (std::size_t i = 0; i < delegation_notices_max + 3; ++i) {
    request.id = std::to_string(i);
    enter_state(request, delegation_state::assigned, world.clock().now());
    world.write([&](store::Txn& txn) { leave_notice(txn, world.account, request, world.clock().now()); });
    world.clock().advance_seconds(1);
  }
  const std::vector<DelegationNotice> left = read_notices(store::Reader(world.snapshot()), world.keyring(), world.account);
  ASSERT_EQ(left.size(), delegation_notices_max);
  EXPECT_EQ(left.front().record.request_id, "3");
}

TEST(Delegation, TemplatesAreCheckedWhenRegistered) {
  TestWorld world;
  const auto error = [&](const AccountId& account, const std::string& arn, const std::string& text) {
    std::string said;
    world.write([&](store::Txn& txn) {
      const Result<void> done = register_template(txn, account, {arn, "Example Corp", text, world.clock().now()});
      if (!done.ok()) said = done.error().code;
    });
    return said;
  };
  const std::string good = policy(R"("arn:aws:s3:::@{bucketName}/*")"), arn = "arn:aws:iam::111122223333:delegation-template/a";
  EXPECT_EQ(error(world.account, arn, good), "");
  EXPECT_EQ(error(AccountId("999999999999"), arn, good), "NoSuchEntity");
  EXPECT_EQ(error(world.account, "template", good), "InvalidInput");
  EXPECT_EQ(error(world.account, arn, "{"), "InvalidInput");
  EXPECT_EQ(error(world.account, arn, R"({"Version":"2012-10-17","Statement":[{"Effect":"Maybe"}]})"), "MalformedPolicyDocument");
}

}  // namespace
}  // namespace haar::iam
