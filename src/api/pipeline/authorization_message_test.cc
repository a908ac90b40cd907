#include "api/pipeline/authorization_message.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "policy/policy_set.h"

namespace haar::api {
namespace {

namespace json = boost::json;

const AccountId own("111122223333");

Caller ana() {
  Caller caller;
  caller.account = own;
  caller.arn = caller.principal_arn = "arn:aws:iam::111122223333:user/ana";
  caller.unique_id = "AIDAEXAMPLE";
  caller.name = "ana";
  return caller;
}

std::shared_ptr<const policy::PolicySet> identity(const std::string& text) {
  return policy::PolicySet::build({"user/ana/p", policy::SourceType::user, policy::parse(text, policy::Kind::identity).value()});
}

json::object message(const std::string& document, const policy::Context& context) {
  const Caller caller = ana();
  policy::Principal principal;
  principal.type = policy::PrincipalType::user;
  principal.account = caller.account.value;
  principal.arn = principal.principal_arn = caller.arn;
  principal.unique_id = principal.userid = caller.unique_id;
  const auto set = identity(document);
  policy::Policies policies;
  policies.identity = set.get();
  const policy::Request request{principal, "ec2:CreateVpc", "arn:aws:ec2:eu-west-1:111122223333:vpc/*", own.value, context};
  const policy::Decision decision = policy::decide(request, policies, policy::Detail::all);
  EXPECT_FALSE(decision.allowed());
  return json::parse(authorization_message(request, decision, caller)).as_object();
}

// The shape of AWS's own examples: https://repost.aws/knowledge-center/ec2-not-auth-launch
TEST(AuthorizationMessage, SaysWhatDeniedWithItsStatement) {
  policy::Context context;
  context.set(policy::Key::source_ip, "127.0.0.1");
  const std::vector<std::string_view> tag_keys{"team", "floor"};
  context.set_list(policy::Key::tag_keys, tag_keys);
  const json::object said = message(R"({"Version":"2012-10-17","Statement":[
    {"Effect":"Allow","Action":"ec2:*","Resource":"*"}, {"Effect":"Allow","Action":"ec2:*","Resource":"*",
     "Condition":{"StringEquals":{"aws:PrincipalTag/ünï":"cödé"}}}, {"Sid":"Never","Effect":"Deny","Action":"ec2:*",
     "Resource":"arn:aws:ec2:*:*:subnet/*"},
    {"Sid":"No","Effect":"Deny","Action":["ec2:CreateVpc","ec2:DeleteVpc"],"Resource":"*",
     "Condition":{"IpAddress":{"aws:SourceIp":["127.0.0.0/8","10.0.0.0/8"]}}}]})", context);
  EXPECT_EQ(json::value(said), json::parse(R"({"allowed":false,"explicitDeny":true,"matchedStatements":{"items":[
    {"statementId":"No","effect":"DENY","principals":{"items":[{"value":"AIDAEXAMPLE"}]},"principalGroups":{"items":[]},
     "actions":{"items":[{"value":"ec2:CreateVpc"},{"value":"ec2:DeleteVpc"}]},"resources":{"items":[{"value":"*"}]},
     "conditions":{"items":[{"key":"aws:SourceIp","values":{"items":[{"value":"127.0.0.0/8"},{"value":"10.0.0.0/8"}]}}]}}]},
    "failures":{"items":[]},
    "context":{"principal":{"id":"AIDAEXAMPLE","name":"ana","arn":"arn:aws:iam::111122223333:user/ana"},
     "action":"ec2:CreateVpc","resource":"arn:aws:ec2:eu-west-1:111122223333:vpc/*","conditions":{"items":[
      {"key":"aws:Region","values":{"items":[{"value":"eu-west-1"}]}},
      {"key":"aws:Service","values":{"items":[{"value":"ec2"}]}},
      {"key":"aws:Resource","values":{"items":[{"value":"vpc/*"}]}},
      {"key":"aws:Account","values":{"items":[{"value":"111122223333"}]}},
      {"key":"aws:Type","values":{"items":[{"value":"vpc"}]}},
      {"key":"aws:ARN","values":{"items":[{"value":"arn:aws:ec2:eu-west-1:111122223333:vpc/*"}]}},
      {"key":"aws:SourceIp","values":{"items":[{"value":"127.0.0.1"}]}},
      {"key":"aws:TagKeys","values":{"items":[{"value":"team"},{"value":"floor"}]}}]}}})"));
}

TEST(AuthorizationMessage, SaysThatNothingAllowed) {
  const policy::Context context;
  const json::object said = message(R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}})",
                                    context);
  EXPECT_FALSE(said.at("explicitDeny").as_bool());
  EXPECT_TRUE(said.at("matchedStatements").at("items").as_array().empty());
}

// What is told may not be longer than what can be asked about.
TEST(AuthorizationMessage, IsNeverTooLongToBeDecoded) {
  policy::Context context;
  const std::string value(250, 'v');
  std::vector<std::string> names;
  for (int i = 0; i < 60; ++i) names.push_back("key-" + std::to_string(i));
  for (const std::string& name : names) context.set_tag(policy::KeySpace::request_tag, name, value);
  const json::object said = message(R"({"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}})",
                                    context);
  const auth::Keyring keyring = auth::Keyring::ephemeral();
  const std::string sealed = seal_authorization_message(keyring, own, json::serialize(said));
  EXPECT_LE(sealed.size(), authorization_message_characters_max);
  EXPECT_TRUE(said.at("explicitDeny").as_bool());
  EXPECT_FALSE(said.at("context").at("conditions").at("items").as_array().empty());
  EXPECT_FALSE(said.at("matchedStatements").at("items").as_array().empty());
}

TEST(AuthorizationMessage, OpensWhereItWasSealedAndNowhereElse) {
  const auth::Keyring keyring = auth::Keyring::ephemeral(), other = auth::Keyring::ephemeral();
  for (const std::string text : {"{}", "{\"a\":1}", "{\"a\":12}", "{\"a\":123}"}) {
    const std::string sealed = seal_authorization_message(keyring, own, text);
    EXPECT_EQ(sealed.find_first_of("+/="), std::string::npos);
    EXPECT_EQ(open_authorization_message(keyring, own, sealed), text);
    EXPECT_EQ(open_authorization_message(keyring, AccountId("444455556666"), sealed), std::nullopt);
    EXPECT_EQ(open_authorization_message(other, own, sealed), std::nullopt);
    for (std::size_t i = 0; i < sealed.size(); i += 7) {
      std::string changed = sealed;
      changed[i] = changed[i] == 'A' ? 'B' : 'A';
      EXPECT_EQ(open_authorization_message(keyring, own, changed), std::nullopt) << i;
    }
  }
  for (const std::string& nonsense : {std::string(), std::string("x"), std::string("===="), std::string("not base64!"),
                                      std::string(authorization_message_characters_max + 1, 'A')})
    EXPECT_EQ(open_authorization_message(keyring, own, nonsense), std::nullopt);
}

}  // namespace
}  // namespace haar::api
