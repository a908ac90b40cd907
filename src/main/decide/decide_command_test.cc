// haar decide: every form of a question, what is refused, and the examples of its page.
#include "main/decide/decide_command.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cstring>
#include <deque>
#include <sstream>

#include "base/file.h"
#include "main/decide/decide_lines.h"
#include "main/decide/decide_question.h"

namespace haar::main {
namespace {

namespace json = boost::json;

const char* const kAllow = R"({"Version":"2012-10-17","Statement":[{"Sid":"All","Effect":"Allow","Action":"*","Resource":"*"}]})";
const char* const kOther = R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"other:*","Resource":"*"}]})";
const char* const kDeny = R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"}]})";
const char* const kUser = R"("arn:aws:iam::111122223333:user/team/ana")";
const char* const kSession = R"("arn:aws:sts::111122223333:assumed-role/app/session")";
const char* const kFederated = R"("arn:aws:sts::111122223333:federated-user/bob")";

json::object ask(const std::string& line) {
  Decider decider;
  const Answer answer = decider.answer(line, 1);
  json::object out = json::parse(answer.line).as_object();
  EXPECT_EQ(answer.failed, out.contains("error")) << answer.line;
  return out;
}

// A question about s3:GetObject on a bucket of the principal's account, with these members besides.
std::string question(const std::string& principal, const std::string& members) {
  return R"({"principal": )" + principal +
         R"(, "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k", "resourceAccount": "111122223333")" +
         (members.empty() ? "" : ", ") + members + "}";
}

std::string policies(const std::string& members) { return "\"policies\": {" + members + "}"; }

// "allowed identity": the decision and who made it.
std::string decided(const std::string& line) {
  const json::object answer = ask(line);
  if (answer.contains("error")) return json::serialize(answer);
  const json::value& by = answer.at("by");
  return std::string(answer.at("decision").as_string()) + " " + (by.is_null() ? "null" : std::string(by.as_string()));
}

std::string error_code(const std::string& line) {
  const json::object answer = ask(line);
  return answer.contains("error") ? std::string(answer.at("error").at("code").as_string()) : json::serialize(answer);
}

// Whether a condition holds for a question with that context, as an identity policy sees it.
bool holds(const std::string& principal, const std::string& context, const std::string& condition,
           const std::string& more = "") {
  const std::string document = R"([{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*",)"
                               R"("Resource":"*","Condition":{)" + condition + "}}]}]";
  const std::string line = question(principal, (context.empty() ? "" : "\"context\": {" + context + "}, ") +
                                                   (more.empty() ? "" : more + ", ") + policies("\"identity\": " + document));
  const std::string got = decided(line);
  EXPECT_TRUE(got == "explicitDeny identity" || got.starts_with("implicitDeny")) << got << "\n" << line;
  return got == "explicitDeny identity";
}

// The documentation's own examples: each question's block is followed by its answer's.
TEST(DecideCommand, TheExamplesOfItsPageAreTrue) {
  const std::string page = read_file(HAAR_SOURCE_DIR "/docs/howto/decide.md").value();
  const std::string question_mark = "```json question\n", answer_mark = "```json answer\n", end_mark = "\n```\n";
  int checked = 0;
  for (std::size_t at = page.find(question_mark); at != std::string::npos; at = page.find(question_mark, at)) {
    at += question_mark.size();
    std::size_t end = page.find(end_mark, at);
    std::string line = page.substr(at, end - at);
    std::replace(line.begin(), line.end(), '\n', ' ');
    at = end + end_mark.size();
    ASSERT_EQ(page.compare(at, answer_mark.size(), answer_mark), 0) << "no answer to " << line;
    at += answer_mark.size();
    end = page.find(end_mark, at);
    EXPECT_EQ(page.substr(at, end - at), Decider().answer(line, 1).line) << line;
    ++checked;
  }
  EXPECT_GE(checked, 8);
}

TEST(DecideCommand, AbsentAndEmptyListsDifferWhereTheyShould) {
  const std::string identity = std::string("\"identity\": [") + kAllow + "]";
  const std::pair<const char*, const char*> cases[] = {
      {"", "allowed identity"},
      {R"(, "boundary": [])", "implicitDeny boundary"},
      {R"(, "session": [])", "implicitDeny session"},
      {R"(, "scp": [])", "allowed identity"},
      {R"(, "scp": [[]])", "implicitDeny scp"},
      {R"(, "rcp": [])", "allowed identity"},
      {R"(, "rcp": [[]])", "allowed identity"},
      {R"(, "endpoint": [])", "implicitDeny endpoint"},
  };
  for (const auto& [more, expected] : cases) {
    EXPECT_EQ(decided(question(kSession, policies(identity + more))), expected) << more;
  }
  EXPECT_EQ(decided(question(kUser, "")), "implicitDeny identity");
  EXPECT_EQ(decided(question(kUser, policies("\"identity\": []"))), "implicitDeny identity");
}

// Generators write null for "none".
TEST(DecideCommand, NullSaysWhatLeavingOutSays) {
  const std::string allowed = std::string("\"identity\": [") + kAllow + "]";
  for (const char* const none : {"boundary", "session", "resource", "scp", "rcp", "endpoint"}) {
    EXPECT_EQ(decided(question(kUser, policies(allowed + ", \"" + none + "\": null"))), "allowed identity") << none;
  }
  EXPECT_EQ(decided(question(kUser, R"("context": null, "issuer": null, "policies": null)")), "implicitDeny identity");
}

TEST(DecideCommand, EveryKindOfPolicyIsRead) {
  const auto named = [](const std::string& p) {
    return R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":)" + p + R"(,"Action":"*","Resource":"*"}]})";
  };
  const std::string all = std::string("[") + kAllow + "]", other = std::string("[") + kOther + "]",
                    deny = std::string("[") + kDeny + "]";
  EXPECT_EQ(decided(question(kUser, policies("\"identity\": " + deny))), "explicitDeny identity");
  EXPECT_EQ(decided(question(kUser, policies("\"identity\": " + all + ", \"boundary\": " + other))), "implicitDeny boundary");
  EXPECT_EQ(decided(question(kSession, policies("\"identity\": " + all + ", \"session\": " + deny))), "explicitDeny session");
  EXPECT_EQ(decided(question(kUser, policies("\"resource\": " + named("{\"AWS\": " + std::string(kUser) + "}")))),
            "allowed resource");
  EXPECT_EQ(decided(question(kUser, policies("\"identity\": " + all + ", \"scp\": [" + all + "," + other + "]"))),
            "implicitDeny scp");
  EXPECT_EQ(decided(question(kUser, policies("\"identity\": " + all + ", \"endpoint\": [" + named("\"*\"") + "]"))),
            "allowed identity");
  const std::string rcp = R"([[{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*",)"
                          R"("Resource":"*"}]}]])";
  EXPECT_EQ(decided(question(kUser, policies("\"identity\": " + all + ", \"rcp\": " + rcp))), "explicitDeny rcp");
  // Its own resources are out of RCPs' reach, its principals out of SCPs'.
  const std::string member = "\"managementAccount\": true, ";
  EXPECT_EQ(decided(question(kUser, member + policies("\"identity\": " + all + ", \"rcp\": " + rcp + ", \"scp\": [[]]"))),
            "allowed identity");
  const std::string service_linked =
      R"("principalArn": "arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/app", )";
  const std::string everything = policies("\"identity\": " + all + ", \"rcp\": " + rcp + ", \"scp\": [[]]");
  EXPECT_EQ(decided(question(kSession, service_linked + everything)), "allowed identity");
}

TEST(DecideCommand, PrincipalsAndTheKeysThatFollowFromThem) {
  const auto equals = [](const char* key, const std::string& value) {
    return "\"StringEquals\": {\"" + std::string(key) + "\": \"" + value + "\"}";
  };
  EXPECT_TRUE(holds(kUser, "", equals("aws:username", "ana")));
  EXPECT_TRUE(holds(kUser, "", equals("aws:PrincipalArn", "arn:aws:iam::111122223333:user/team/ana")));
  EXPECT_TRUE(holds(kUser, "", equals("aws:PrincipalAccount", "111122223333")));
  EXPECT_TRUE(holds(kUser, "", equals("aws:PrincipalType", "User")));
  EXPECT_TRUE(holds(kUser, "", equals("aws:ResourceAccount", "111122223333")));
  EXPECT_TRUE(holds(kUser, "", R"("Bool": {"aws:PrincipalIsAWSService": "false"})"));
  EXPECT_TRUE(holds(kUser, "", R"("Null": {"aws:userid": "true", "aws:CurrentTime": "true", "aws:SourceIp": "true"})"));
  // What the context says itself comes first, an empty list included.
  EXPECT_TRUE(holds(kUser, R"("AWS:userNAME": "eva")", equals("aws:username", "eva")));
  EXPECT_TRUE(holds(kUser, R"("aws:username": [])", R"("Null": {"aws:username": "true"})"));
  EXPECT_TRUE(holds(kSession, "", equals("aws:PrincipalArn", "arn:aws:iam::111122223333:role/app")));
  EXPECT_TRUE(holds(kSession, "", equals("aws:PrincipalArn", "arn:aws:iam::111122223333:role/x/app"),
                    R"("principalArn": "arn:aws:iam::111122223333:role/x/app")"));
  EXPECT_TRUE(holds(kSession, "", R"("Null": {"aws:username": "true"}, "StringEquals": {"aws:PrincipalType": "AssumedRole"})"));
  EXPECT_TRUE(holds(kSession, "", equals("aws:FederatedProvider", "idp.example.com"), R"("issuer": "idp.example.com")"));
  EXPECT_TRUE(holds(kFederated, "", equals("aws:userid", "111122223333:bob")));
  EXPECT_TRUE(holds(kFederated, "", equals("aws:PrincipalArn", "arn:aws:sts::111122223333:federated-user/bob")));
  EXPECT_TRUE(holds(R"("arn:aws:iam::111122223333:root")", "", equals("aws:userid", "111122223333")));
  EXPECT_EQ(decided(question(R"("arn:aws:iam::111122223333:root")", "")), "allowed null");
  EXPECT_EQ(decided(question(R"("arn:aws-cn:iam::111122223333:user/ana")", "")), "implicitDeny identity");
}

TEST(DecideCommand, CallersWithoutAnAccount) {
  const auto bucket = [](const std::string& p, const std::string& condition = "") {
    return policies(R"("resource": {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":)" + p +
                    R"(,"Action":"s3:*","Resource":"*")" + condition + "}]}");
  };
  EXPECT_EQ(decided(question(R"({"anonymous": true})", bucket("\"*\""))), "allowed resource");
  EXPECT_EQ(decided(question(R"({"anonymous": true})", bucket("{\"AWS\": \"111122223333\"}"))), "implicitDeny resource");
  EXPECT_EQ(decided(question(R"({"service": "logs.amazonaws.com"})",
                             bucket(R"({"Service": "logs.amazonaws.com"})",
                                    R"(,"Condition":{"Bool":{"aws:PrincipalIsAWSService":true},)"
                                    R"("ForAnyValue:StringEquals":{"aws:PrincipalServiceNamesList":"logs.amazonaws.com"}})"))),
            "allowed resource");
  EXPECT_EQ(decided(question(R"({"service": "ec2.amazonaws.com"})", bucket(R"({"Service": "logs.amazonaws.com"})"))),
            "implicitDeny resource");
  const std::string provider = "arn:aws:iam::111122223333:oidc-provider/idp.example.com";
  const std::string assume = R"("action": "sts:AssumeRoleWithWebIdentity", "resource": "arn:aws:iam::111122223333:role/app",)"
                             R"( "context": {"idp.example.com:sub": "eva"}, )" +
                             policies(R"("resource": {"Version":"2012-10-17","Statement":[{"Effect":"Allow",)"
                                      R"("Principal":{"Federated":")" +
                                      provider + R"("},"Action":"sts:AssumeRoleWithWebIdentity","Condition":)" +
                                      R"({"StringEquals":{"idp.example.com:sub":"eva"}}}]})");
  EXPECT_EQ(decided(R"({"principal": {"federated": ")" + provider + "\"}, " + assume + "}"), "allowed resource");
  EXPECT_EQ(decided(R"({"principal": {"federated": "eva"}, "issuer": ")" + provider + "\", " + assume + "}"), "allowed resource");
  EXPECT_EQ(decided(R"({"principal": {"federated": "arn:aws:iam::111122223333:oidc-provider/other"}, )" + assume + "}"),
            "implicitDeny resource");
}

TEST(DecideCommand, FederatedUsersHaveWhatTheirUserAndTheirSessionPolicyBothAllow) {
  const std::string both = policies(std::string("\"identity\": [") + kAllow + "], \"session\": [" + kAllow + "]");
  EXPECT_EQ(decided(question(kFederated, both)), "allowed identity");
  EXPECT_EQ(decided(question(kFederated, policies(std::string("\"identity\": [") + kAllow + "]"))), "implicitDeny session");
  const std::string resource = R"("resource": {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*",)"
                               R"("Resource":"*","Principal":{"AWS":"arn:aws:iam::111122223333:user/team/ana"}}]})";
  const std::string session = std::string(", \"session\": [") + kAllow + "]";
  EXPECT_EQ(decided(question(kFederated, policies(resource + session))), "implicitDeny identity");
  EXPECT_EQ(decided(question(kFederated, "\"issuer\": " + std::string(kUser) + ", " + policies(resource + session))),
            "allowed resource");
}

TEST(DecideCommand, TheResourcesAccountIsTheArnsOrThePrincipals) {
  const std::string head = "{\"principal\": " + std::string(kUser) + R"(, "action": "sqs:SendMessage", )";
  const std::string tail = ", " + policies(std::string("\"identity\": [") + kAllow + "]") + "}";
  EXPECT_EQ(decided(head + R"("resource": "arn:aws:sqs:eu-central-1:111122223333:q")" + tail), "allowed identity");
  EXPECT_EQ(decided(head + R"("resource": "arn:aws:sqs:eu-central-1:444455556666:q")" + tail), "implicitDeny resource");
  EXPECT_EQ(decided(head + R"("resource": "arn:aws:s3:::b")" + tail), "allowed identity");
  EXPECT_EQ(decided(head + R"("resource": "*")" + tail), "allowed identity");
  EXPECT_EQ(decided(head + R"("resource": "*", "resourceAccount": "444455556666")" + tail), "implicitDeny resource");
}

// "allowed identity UnmodifiableEntity": the decision, who made it, and the service's rule.
std::string ruled(const char* action, const std::string& resource, const std::string& document) {
  const std::string line = "{\"principal\": " + std::string(kUser) + ", \"action\": \"" + action + "\", \"resource\": \"" +
                           resource + "\", " + policies("\"identity\": [" + document + "]") + "}";
  const json::object answer = ask(line);
  return decided(line) +
         (answer.contains("serviceRule") ? " " + std::string(answer.at("serviceRule").at("code").as_string()) : "");
}

TEST(DecideCommand, WhatTheServiceKeepsToItself) {
  const std::string role = "arn:aws:iam::111122223333:role";
  const std::string deny = R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]})";
  for (const char* path : {"/aws-service-role/rds.amazonaws.com/", "/aws-reserved/sso.amazonaws.com/"}) {
    EXPECT_EQ(ruled("iam:DeleteRole", role + path + "x", kAllow), "implicitDeny service UnmodifiableEntity");
    EXPECT_EQ(ruled("iam:DeleteRole", role + path + "x", kOther), "implicitDeny identity UnmodifiableEntity");
    EXPECT_EQ(ruled("iam:DeleteRole", role + path + "x", deny), "explicitDeny identity UnmodifiableEntity");
    EXPECT_EQ(ruled("iam:CreateRole", role + path + "x", kAllow), "implicitDeny service InvalidInput");
    EXPECT_EQ(ruled("iam:GetRole", role + path + "x", kAllow), "allowed identity");
  }
  EXPECT_EQ(ruled("iam:DeleteRole", role + "/team/x", kAllow), "allowed identity");
  const std::string of_aws = "arn:aws:iam::aws:policy/ReadOnlyAccess";
  EXPECT_EQ(ruled("iam:DeletePolicy", of_aws, kAllow), "implicitDeny resource AccessDenied");
  EXPECT_EQ(ruled("iam:DeletePolicy", of_aws, deny), "explicitDeny identity AccessDenied");
  EXPECT_EQ(ruled("iam:GetPolicy", of_aws, kAllow), "allowed identity");
}

TEST(DecideCommand, TrustAndKeyPoliciesMustAllow) {
  const std::string head = "{\"principal\": " + std::string(kUser) + ", ";
  const std::string role = R"("action": "sts:AssumeRole", "resource": "arn:aws:iam::111122223333:role/app", )";
  const std::string key = R"("action": "kms:Decrypt", "resource": "arn:aws:kms:eu-central-1:111122223333:key/1", )";
  const std::string identity = std::string("\"identity\": [") + kAllow + "]";
  EXPECT_EQ(decided(head + role + policies(identity) + "}"), "implicitDeny resource");
  EXPECT_EQ(decided(head + key + policies(identity) + "}"), "implicitDeny resource");
  const std::string trust = R"(, "resource": {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",)"
                            R"("Principal":{"AWS":"111122223333"}}]})";
  EXPECT_EQ(decided(head + role + policies(identity + trust) + "}"), "allowed identity");
  EXPECT_EQ(error_code(head + key + policies(identity + trust) + "}"), "MalformedPolicyDocument");  // no Resource
  // Other actions on roles are identity policies' matter alone.
  EXPECT_EQ(decided(head + R"("action": "iam:PassRole", "resource": "arn:aws:iam::111122223333:role/app", )" +
                    policies(identity) + "}"),
            "allowed identity");
}

TEST(DecideCommand, ValuesOfTheContext) {
  const auto same = [](const char* op, const char* key, const char* value) {
    return "\"" + std::string(op) + "\": {\"" + key + "\": " + value + "}";
  };
  EXPECT_TRUE(holds(kUser, R"("aws:SourceIp": ["10.0.0.1"])", same("IpAddress", "aws:SourceIp", "\"10.0.0.0/8\"")));
  EXPECT_TRUE(holds(kUser, R"("aws:SourceIp": "10.0.0.1")", same("IpAddress", "aws:SourceIp", "\"10.0.0.0/8\"")));
  EXPECT_TRUE(holds(kUser, R"("s3:max-keys": 10)", same("NumericEquals", "s3:max-keys", "10.0")));
  EXPECT_TRUE(holds(kUser, R"("s3:max-keys": [10.5])", same("NumericLessThan", "s3:max-keys", "\"11\"")));
  EXPECT_TRUE(holds(kUser, R"("aws:SecureTransport": true)", same("Bool", "aws:SecureTransport", "\"true\"")));
  EXPECT_TRUE(holds(kUser, R"("aws:SecureTransport": ["true"])", same("Bool", "aws:SecureTransport", "true")));
  EXPECT_TRUE(holds(kUser, R"("aws:CurrentTime": "2026-11-20T09:00:00Z")",
                    same("DateLessThan", "aws:CurrentTime", "\"2026-11-20T09:00:01Z\"")));
  EXPECT_TRUE(holds(kUser, R"("aws:EpochTime": 1795165960)", same("NumericEquals", "aws:EpochTime", "1795165960")));
  // A list key is one even with one value, given as a list or not; other keys count their values.
  EXPECT_FALSE(holds(kUser, R"("aws:TagKeys": ["a"])", same("StringEquals", "aws:TagKeys", "\"a\"")));
  EXPECT_FALSE(holds(kUser, R"("aws:TagKeys": "a")", same("StringEquals", "aws:TagKeys", "\"a\"")));
  EXPECT_TRUE(holds(kUser, R"("aws:TagKeys": ["a"])", same("ForAnyValue:StringEquals", "aws:TagKeys", "\"a\"")));
  EXPECT_TRUE(holds(kUser, R"("x:y": ["a"])", same("StringEquals", "x:y", "\"a\"")));
  EXPECT_FALSE(holds(kUser, R"("x:y": ["a", "a"])", same("StringEquals", "x:y", "\"a\"")));
  EXPECT_TRUE(holds(kUser, R"("x:y": ["a", "b"])", same("ForAllValues:StringLike", "x:y", "[\"a\", \"?\"]")));
  EXPECT_TRUE(holds(kUser, R"("aws:PrincipalTag/Team": "blue")", same("StringEquals", "aws:principaltag/team", "\"blue\"")));
  // A policy that holds a unique id is matched by aws:userid.
  const std::string resource = R"("resource": {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*",)"
                               R"("Resource":"*","Principal":{"AWS":"AROAEXAMPLEEXAMPLE012"}}]})";
  const std::string id = R"("context": {"aws:userid": "AROAEXAMPLEEXAMPLE012:session"}, )";
  EXPECT_EQ(decided(question(kSession, id + policies(resource))), "allowed resource");
  EXPECT_EQ(decided(question(kSession, policies(resource))), "implicitDeny identity");
}

TEST(DecideCommand, StatementsTellWhatDeterminedTheResultAndWhere) {
  const char* doc = R"("{\n\"Version\":\"2012-10-17\",\n\"Statement\":[{\"Sid\":\"One\",)"
                    R"(\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\"},\n)"
                    R"( {\"Effect\":\"Deny\",\"Action\":\"s3:G*\",\"Resource\":\"*\",)"
                    R"(\"Condition\":{\"Bool\":{\"aws:SecureTransport\":\"false\"}}}]}")";
  const std::string line = policies(std::string("\"identity\": [") + kAllow + ", " + doc + "]");
  const json::object allowed = ask(question(kUser, line));
  EXPECT_EQ(json::serialize(allowed.at("statements")),
            R"([{"policy":"identity[0]","sid":"All","line":1,"column":38},)"
            R"({"policy":"identity[1]","sid":"One","line":3,"column":14}])");
  EXPECT_EQ(json::serialize(allowed.at("missingContextKeys")), R"(["aws:SecureTransport"])");
  const json::object denied = ask(question(kUser, R"("context": {"aws:SecureTransport": false}, )" + line));
  EXPECT_EQ(json::serialize(denied.at("statements")), R"([{"policy":"identity[1]","sid":"","line":4,"column":2}])");
  EXPECT_EQ(denied.at("by"), "identity");
}

TEST(DecideCommand, BadLinesAreRefusedByName) {
  const std::string deep = policies("\"identity\": [{\"Statement\":" + std::string(40, '[') + std::string(40, ']') + "}]");
  const std::pair<std::string, const char*> cases[] = {
      {"", "MalformedJson"},
      {"{", "MalformedJson"},
      {"{\"principal\": \"\xff\"}", "MalformedJson"},
      {"[]", "WrongType"},
      {"null", "WrongType"},
      {std::string(100'000, '['), "MalformedJson"},
      {"{\"principal\":" + std::string(100'000, '{'), "MalformedJson"},
      {question(kUser, "\"polices\": {}"), "UnknownMember"},
      {question(kUser, policies("\"identities\": []")), "UnknownMember"},
      {question(R"({"service": "x.amazonaws.com", "arn": "y"})", ""), "UnknownMember"},
      {R"({"action": "s3:GetObject", "resource": "*"})", "MissingMember"},
      {R"({"principal": {"anonymous": true}, "resource": "*"})", "MissingMember"},
      {R"({"principal": {"anonymous": true}, "action": "s3:GetObject"})", "MissingMember"},
      {question("1", ""), "WrongType"},
      {question(R"({"anonymous": false})", ""), "WrongType"},
      {question(R"({"service": 1})", ""), "WrongType"},
      {question(kUser, "\"managementAccount\": \"true\""), "WrongType"},
      {question(kUser, "\"context\": []"), "WrongType"},
      {question(kUser, "\"context\": {\"a\": null}"), "WrongType"},
      {question(kUser, "\"context\": {\"a\": [[]]}"), "WrongType"},
      {question(kUser, "\"policies\": []"), "WrongType"},
      {question(kUser, policies("\"identity\": {}")), "WrongType"},
      {question(kUser, policies("\"boundary\": [null]")), "WrongType"},
      {question(kUser, policies("\"identity\": [1]")), "WrongType"},
      {question(kUser, policies(std::string("\"scp\": [") + kAllow + "]")), "WrongType"},
      {question(kUser, policies(std::string("\"resource\": [") + kAllow + "]")), "WrongType"},
      {question("{}", ""), "InvalidValue"},
      {question(R"({"service": "a.b", "anonymous": true})", ""), "InvalidValue"},
      {question("\"ana\"", ""), "InvalidValue"},
      {question(R"("arn:aws:iam::1:user/ana")", ""), "InvalidValue"},
      {question(R"("arn:aws:iam::111122223333:user/*")", ""), "InvalidValue"},
      {question(R"("arn:aws:iam::111122223333:user/")", ""), "InvalidValue"},
      {question(R"("arn:aws:iam::111122223333:role/app")", ""), "InvalidValue"},
      {question(R"("arn:aws:iam::111122223333:group/g")", ""), "InvalidValue"},
      {question(R"("arn:aws:sts::111122223333:assumed-role/app")", ""), "InvalidValue"},
      {question(R"("arn:aws:sts::111122223333:assumed-role//s")", ""), "InvalidValue"},
      {question(kSession, R"("principalArn": "arn:aws:iam::111122223333:role/other")"), "InvalidValue"},
      {question(kSession, R"("principalArn": "arn:aws:iam::444455556666:role/app")"), "InvalidValue"},
      {question(kUser, R"("principalArn": "arn:aws:iam::111122223333:user/eva")"), "InvalidValue"},
      {question(kUser, R"("issuer": "arn:aws:iam::111122223333:user/eva")"), "InvalidValue"},
      {question(kFederated, R"("issuer": "arn:aws:iam::444455556666:user/eva")"), "InvalidValue"},
      {question(kUser, R"("resourceAccount": "123")"), "InvalidValue"},
      {question(kUser, "\"context\": {\"aws:SourceIp\": \"1.1.1.1\", \"AWS:sourceip\": \"2.2.2.2\"}"), "InvalidValue"},
      {question(kUser, "\"context\": {\"\": \"x\"}"), "InvalidValue"},
      {R"({"principal": {"anonymous": true}, "action": "s3:*", "resource": "*"})", "InvalidValue"},
      {R"({"principal": {"anonymous": true}, "action": "GetObject", "resource": "*"})", "InvalidValue"},
      {R"({"principal": {"anonymous": true}, "action": "s3:GetObject", "resource": "b/k"})", "InvalidValue"},
      {R"({"principal": {"anonymous": true}, "principal": {"anonymous": true}, "action": "a:B", "resource": "*"})",
       "InvalidValue"},
      {question(kUser, policies("\"identity\": [{}]")), "MalformedPolicyDocument"},
      {question(kUser, policies("\"identity\": [\"nope\"]")), "MalformedPolicyDocument"},
      {question(kUser, policies(R"("identity": [{"Statement":[],"Statement":[]}])")), "MalformedPolicyDocument"},
      {question(kUser, policies(R"("scp": [[{}]])")), "MalformedPolicyDocumentException"},
      {question(kUser, deep), "MalformedJson"},
  };
  for (const auto& [line, code] : cases) EXPECT_EQ(error_code(line), code) << line.substr(0, 300);
  const json::object answer = ask(question(kUser, policies("\"identity\": [" + std::string(kAllow) + ", {}]")));
  EXPECT_EQ(answer.at("error").at("message"), "policies.identity[1]: Syntax errors in policy.");
}

TEST(DecideCommand, ContextsAreBounded) {
  std::string keys, values;
  for (std::size_t i = 0; i <= decide_context_keys_max; ++i) {
    keys += (i > 0 ? ",\"k" : "\"k") + std::to_string(i) + "\": 1";
    values += i > 0 ? ",1" : "1";
  }
  EXPECT_EQ(error_code(question(kUser, "\"context\": {" + keys + "}")), "InvalidValue");
  EXPECT_EQ(error_code(question(kUser, "\"context\": {\"k\": [" + values + "]}")), "InvalidValue");
}

// Hands out text piece by piece, and remembers what had been printed each time it was asked.
class Pieces {
 public:
  Pieces(std::vector<std::string> pieces, const std::ostringstream& printed)
      : pieces_(pieces.begin(), pieces.end()), printed_(printed) {}
  LineReader reader(std::size_t line_bytes_max) {
    return LineReader(
        [this](char* to, std::size_t size) -> std::ptrdiff_t {
          seen_.push_back(printed_.str());
          if (pieces_.empty()) return 0;
          const std::size_t n = std::min(size, pieces_.front().size());
          std::memcpy(to, pieces_.front().data(), n);
          pieces_.front().erase(0, n);
          if (pieces_.front().empty()) pieces_.pop_front();
          return static_cast<std::ptrdiff_t>(n);
        },
        line_bytes_max);
  }
  std::vector<std::string> seen_;

 private:
  std::deque<std::string> pieces_;
  const std::ostringstream& printed_;
};

TEST(DecideLines, EachLineIsAnsweredInTurnWhateverTheOneBefore) {
  std::ostringstream out, err;
  const std::string good = question(kUser, policies(std::string("\"identity\": [") + kAllow + "]"));
  Pieces pieces({good + "\n{bad\n\r\n" + good + "\r\n", std::string(5000, 'x'), std::string(9000, 'y') + "\n", good}, out);
  LineReader reader = pieces.reader(4000);
  EXPECT_EQ(decide_lines(reader, {out, err}), 1);
  std::istringstream lines(out.str());
  std::vector<std::string> codes;
  for (std::string line; std::getline(lines, line);) {
    const json::object answer = json::parse(line).as_object();
    codes.push_back(answer.contains("error") ? std::string(answer.at("error").at("code").as_string()) +
                                                   json::serialize(answer.at("error").at("line"))
                                             : std::string(answer.at("decision").as_string()));
  }
  EXPECT_EQ(codes, (std::vector<std::string>{"allowed", "MalformedJson2", "MalformedJson3", "allowed", "LineTooLong5",
                                             "allowed"}));
  EXPECT_EQ(err.str(), "");
}

TEST(DecideLines, AnAnswerIsThereBeforeTheNextQuestionIsWaitedFor) {
  std::ostringstream out, err;
  const std::string good = question(kUser, policies(std::string("\"identity\": [") + kAllow + "]"));
  Pieces pieces({good + "\n", good.substr(0, 40), good.substr(40) + "\n"}, out);
  LineReader reader = pieces.reader(4000);
  EXPECT_EQ(decide_lines(reader, {out, err}), 0);
  ASSERT_EQ(pieces.seen_.size(), 4U);
  const auto lines = [](const std::string& text) { return std::count(text.begin(), text.end(), '\n'); };
  EXPECT_EQ(lines(pieces.seen_[0]), 0);
  EXPECT_EQ(lines(pieces.seen_[1]), 1);
  EXPECT_EQ(lines(pieces.seen_[2]), 1);
  EXPECT_EQ(lines(pieces.seen_[3]), 2);
}

TEST(DecideLines, AnInputWithoutLinesAndOneThatFails) {
  std::ostringstream out, err;
  Pieces none({}, out);
  LineReader empty = none.reader(100);
  EXPECT_EQ(decide_lines(empty, {out, err}), 0);
  EXPECT_EQ(out.str(), "");
  LineReader broken([](char*, std::size_t) -> std::ptrdiff_t { return -1; }, 100);
  EXPECT_EQ(decide_lines(broken, {out, err}), 2);
  EXPECT_NE(err.str(), "");
  EXPECT_EQ(decide("/nonexistent/file", {out, err}), 2);
}

}  // namespace
}  // namespace haar::main
