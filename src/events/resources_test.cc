#include "events/resources.h"

#include <gtest/gtest.h>

#include "events/attributes.h"

namespace haar::events {
namespace {

using Resources = std::vector<Resource>;

struct Case {
  std::string_view what, source, request, response;
  Resources expected;
};

const Case cases[] = {
    {"the name in the request", "iam.amazonaws.com", R"({"userName":"ana","path":"/"})", "", {{"AWS::IAM::User", "ana"}}},
    {"what the answer tells of", "iam.amazonaws.com", R"({"userName":"ana"})",
     R"({"accessKey":{"accessKeyId":"AKIAX","status":"Active","userName":"ana"}})",
     {{"AWS::IAM::User", "ana"}, {"AWS::IAM::AccessKey", "AKIAX"}}},
    {"a policy by its ARN", "iam.amazonaws.com", R"({"roleName":"r","policyArn":"arn:aws:iam::aws:policy/X"})", "",
     {{"AWS::IAM::Role", "r"}, {"AWS::IAM::Policy", "arn:aws:iam::aws:policy/X"}}},
    {"a list", "ec2.amazonaws.com", R"({"groupIds":["sg-1","sg-2"],"dryRun":false})", "",
     {{"AWS::EC2::SecurityGroup", "sg-1"}, {"AWS::EC2::SecurityGroup", "sg-2"}}},
    {"another service's member of that name", "ec2.amazonaws.com", R"({"userName":"ana"})", "", {}},
    {"a service that is not known", "x.amazonaws.com", R"({"userName":"ana"})", "", {}},
    {"by ARN alone", "rds.amazonaws.com", R"({"resourceArn":"arn:aws:rds:us-east-1:1:db:d","message":"m"})", "",
     {{"", "arn:aws:rds:us-east-1:1:db:d"}}},
    {"a name is not a value", "iam.amazonaws.com", R"({"tags":[{"key":"userName","value":"x"}]})", "", {}},
    {"escaped characters", "iam.amazonaws.com", R"({"description":"\"userName\":\"no\"","userName":"a\"\u00e9"})", "",
     {{"AWS::IAM::User", "a\"\xc3\xa9"}}},
    {"numbers, empty ones, null", "iam.amazonaws.com", R"({"userName":"","roleName":null,"groupName":7})", "", {}},
    {"not JSON", "iam.amazonaws.com", R"({"userName":"an)", R"("\)", {{"AWS::IAM::User", "an"}}},
    {"nothing", "iam.amazonaws.com", "", "", {}},
};

TEST(EventResources, AreThoseThatRequestAndAnswerName) {
  for (const Case& c : cases) EXPECT_EQ(resources_of(c.source, c.request, c.response), c.expected) << c.what;
}

TEST(EventResources, AreBounded) {
  std::string list = R"({"groupIds":[)";
  for (int i = 0; i < 100; ++i) list += (i > 0 ? ",\"sg-" : "\"sg-") + std::to_string(i) + '"';
  EXPECT_EQ(resources_of("ec2.amazonaws.com", list + "]}", "").size(), resources_max);
}

TEST(EventUser, IsWhoActed) {
  const auto name = [](std::string_view type, std::string_view arn, std::string_view user) {
    EventView event;
    event.identity = {type, arn, "", user};
    return std::string(user_name_of(event));
  };
  EXPECT_EQ(name("Root", "arn:aws:iam::1:root", ""), "root");
  EXPECT_EQ(name("IAMUser", "arn:aws:iam::1:user/path/ana", "ana"), "ana");
  EXPECT_EQ(name("AssumedRole", "arn:aws:sts::1:assumed-role/role/session", "role"), "session");
  EXPECT_EQ(name("FederatedUser", "arn:aws:sts::1:federated-user/bob", "x"), "bob");
  EXPECT_EQ(name("WebIdentityUser", "", "subject"), "subject");
  EXPECT_EQ(name("AWSService", "", ""), "");
}

}  // namespace
}  // namespace haar::events
