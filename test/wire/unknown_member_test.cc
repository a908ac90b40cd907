// A member that the model does not have is refused by its name, wherever it stands and in every protocol.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>

#include "model/ec2/AuthorizeSecurityGroupIngress.h"
#include "model/ec2/DescribeSecurityGroups.h"
#include "model/iam/CreateLoginProfile.h"
#include "model/iam/CreateUser.h"
#include "model/iam/GetAccountSummary.h"
#include "model/organizations/CreateAccount.h"
#include "model/organizations/LeaveOrganization.h"
#include "model/rds/CreateDBCluster.h"
#include "model/sts/GetCallerIdentity.h"
#include "protocol_run.h"
#include "wire/codec.h"

namespace haar::wire {
namespace {

std::string said(const Result<void>& done) {
  return done.ok() ? "accepted"
                   : done.error().code + " " + std::to_string(done.error().http_status) + ": " + done.error().message;
}

template <class Op>
std::string query(const std::string& parameters, std::string_view in_url = {}) {
  typename Op::Input input;
  const Service& service = *Op::model().service;
  const std::string body = "Action=" + std::string(Op::model().name) + "&Version=" + std::string(service.api_version) +
                           (parameters.empty() ? "" : "&") + parameters;
  return said(decode_request(service, Op::model(), {"POST", "/", in_url, {}, body}, &input));
}

template <class Op>
std::string json(std::string_view body) {
  typename Op::Input input;
  static constexpr std::array headers{Header{"Content-Type", "application/x-amz-json-1.1"}};
  return said(decode_request(*Op::model().service, Op::model(), {"POST", "/", "", headers, body}, &input));
}

// The version that the models' own page names.
std::string version() {
  std::ifstream file(HAAR_SOURCE_DIR "/models/README.md");
  std::stringstream text;
  text << file.rdbuf();
  const std::string page = text.str(), before = "`botocore` ";
  const std::size_t start = page.find(before) + before.size();
  return page.substr(start, page.find(' ', start) - start);
}

std::string refused(std::string_view name, std::string_view service) {
  return "NotImplemented 501: The member '" + std::string(name) + "' is not implemented by haar: its model of " +
         std::string(service) + ", that of botocore " + version() + ", does not have it. Nothing was done.";
}

TEST(UnknownMember, of_query_at_every_depth) {
  using Create = iam::ops::CreateUser;
  EXPECT_EQ(query<Create>("UserName=a&Colour=red"), refused("Colour", "iam"));
  EXPECT_EQ(query<Create>("UserName=a&Colour.member.1.Shade=red"), refused("Colour", "iam"));
  EXPECT_EQ(query<Create>("UserName=a&username=b"), refused("username", "iam"));
  EXPECT_EQ(query<Create>("UserName=a&Tags.member.1.Key=k&Tags.member.1.Value=v&Tags.member.1.X=y"),
            refused("Tags.member.1.X", "iam"));
  EXPECT_EQ(query<Create>("UserName=a", "Colour=red"), refused("Colour", "iam"));
  EXPECT_EQ(query<rds::ops::CreateDBCluster>("DBClusterIdentifier=c&Engine=e&ServerlessV2ScalingConfiguration.Depth=1"),
            refused("ServerlessV2ScalingConfiguration.Depth", "rds"));
  // Of an operation whose input has no member.
  EXPECT_EQ(query<sts::ops::GetCallerIdentity>(""), "accepted");
  EXPECT_EQ(query<sts::ops::GetCallerIdentity>("Colour=red"), refused("Colour", "sts"));
  EXPECT_EQ(query<iam::ops::GetAccountSummary>("Colour=red"), refused("Colour", "iam"));
}

TEST(UnknownMember, of_ec2_at_every_depth) {
  using Authorize = ec2::ops::AuthorizeSecurityGroupIngress;
  EXPECT_EQ(query<Authorize>("GroupId=sg-1&Colour.1=red"), refused("Colour", "ec2"));
  EXPECT_EQ(query<Authorize>("GroupId=sg-1&IpPermissions.1.IpRanges.2.Colour=red"),
            refused("IpPermissions.1.IpRanges.1.Colour", "ec2"));
  EXPECT_EQ(query<ec2::ops::DescribeSecurityGroups>("groupId.1=sg-1"), refused("groupId", "ec2"));
}

TEST(UnknownMember, is_not_what_every_client_sends) {
  const std::string old = "AWSAccessKeyId=a&Signature=b&SignatureMethod=HmacSHA256&SignatureVersion=2&"
                          "Timestamp=2019-12-16T23%3A48%3A18Z&Expires=1&SecurityToken=c&ContentType=JSON";
  const std::string presigned = "X-Amz-Algorithm=a&X-Amz-Credential=b&X-Amz-Date=c&X-Amz-Expires=1&X-Amz-SignedHeaders=d&"
                                "X-Amz-Signature=e&X-Amz-Security-Token=f&X-Amz-Content-Sha256=g&x-amz-user-agent=h&"
                                "X-Amzn-Trace-Id=i";
  EXPECT_EQ(query<iam::ops::CreateUser>("UserName=a&" + old, presigned), "accepted");
  EXPECT_EQ(query<ec2::ops::DescribeSecurityGroups>(old, presigned), "accepted");
  EXPECT_EQ(query<iam::ops::CreateUser>("UserName=a&XAmz-Date=1"), refused("XAmz-Date", "iam"));
  // Only at the top.
  EXPECT_EQ(query<iam::ops::CreateUser>("UserName=a&Tags.member.1.Version=1"), refused("Tags.member.1.Version", "iam"));
}

TEST(UnknownMember, of_json_at_every_depth) {
  using Create = organizations::ops::CreateAccount;
  const std::string known = R"("Email":"a@b.de","AccountName":"b")";
  EXPECT_EQ(json<Create>("{" + known + R"(,"Colour":"red"})"), refused("Colour", "organizations"));
  EXPECT_EQ(json<Create>("{" + known + R"(,"Colour":{"a":[1,{"b":null}]}})"), refused("Colour", "organizations"));
  EXPECT_EQ(json<Create>("{" + known + R"(,"email":"x"})"), refused("email", "organizations"));
  EXPECT_EQ(json<Create>("{" + known + R"(,"Tags":[{"Key":"k","Value":"v"},{"Key":"k","Value":"v","X":1}]})"),
            refused("Tags[1].X", "organizations"));
  EXPECT_EQ(json<organizations::ops::LeaveOrganization>(R"({"Colour":1})"), refused("Colour", "organizations"));
  EXPECT_EQ(json<organizations::ops::LeaveOrganization>(R"({"__type":"x","Colour":null})"), "accepted");
  EXPECT_EQ(json<organizations::ops::LeaveOrganization>(""), "accepted");
  // What says nothing is not there.
  EXPECT_EQ(json<Create>("{" + known + R"(,"Colour":null,"__type":"x"})"), "accepted");
}

TEST(UnknownMember, is_said_after_what_cannot_be_read_and_before_what_is_missing) {
  using Create = organizations::ops::CreateAccount;
  EXPECT_EQ(json<Create>(R"({"Colour":1,"Email":})").substr(0, 26), "SerializationException 400");
  EXPECT_EQ(json<Create>(R"({"Colour":1} x)").substr(0, 26), "SerializationException 400");
  EXPECT_EQ(json<Create>(R"({"Colour":1})"), refused("Colour", "organizations"));
  EXPECT_EQ(query<iam::ops::CreateUser>("Colour=red"), refused("Colour", "iam"));
}

TEST(UnknownMember, the_message_has_no_value_and_an_end) {
  EXPECT_EQ(query<iam::ops::CreateLoginProfile>("UserName=a&PassWord=canary-1").find("canary"), std::string::npos);
  EXPECT_EQ(json<organizations::ops::CreateAccount>(R"({"Secret":"canary-2"})").find("canary"), std::string::npos);
  EXPECT_EQ(query<iam::ops::CreateUser>("UserName=a&%0A%3C%C3%A9=1"), refused("?<??", "iam"));
  EXPECT_EQ(query<iam::ops::CreateUser>("UserName=a&" + std::string(1'000, 'n') + "=1"),
            refused(std::string(256, 'n'), "iam"));
  EXPECT_EQ(json<organizations::ops::CreateAccount>("{\"" + std::string(100'000, 'n') + "\":1}"),
            refused(std::string(256, 'n'), "organizations"));
}

std::string rest(std::string_view id, const RequestParts& request) {
  for (const protocol_tests::Case& c : protocol_tests::input_rest_json_cases()) {
    if (c.id != id) continue;
    const auto input = c.make_input();
    const std::string answer = said(decode_request(*c.operation->service, *c.operation, request, input.get()));
    return answer.substr(0, answer.find(" is not"));
  }
  return "no such case";
}

TEST(UnknownMember, of_rest_in_body_and_query) {
  EXPECT_EQ(rest("RestJsonSimpleScalarProperties", {"PUT", "/SimpleScalarProperties", "", {}, R"({"nope":1})"}),
            "NotImplemented 501: The member 'nope'");
  EXPECT_EQ(rest("RestJsonSimpleScalarProperties", {"PUT", "/SimpleScalarProperties", "nope=1", {}, "{}"}),
            "NotImplemented 501: The member 'nope'");
  EXPECT_EQ(rest("RestJsonSimpleScalarProperties", {"PUT", "/SimpleScalarProperties", "X-Amz-Date=1&x-amz-expires=2", {}, "{}"}),
            "accepted");
  // A member of a union too.
  for (const std::string_view body : {R"({"contents":{"nope":1}})", R"({"contents":{"stringValue":"a","nope":1}})"})
    EXPECT_EQ(rest("RestJsonSerializeStringUnionValue", {"PUT", "/JsonUnions", "", {}, body}),
              "NotImplemented 501: The member 'contents.nope'");
  // A map of all parameters has every one.
  EXPECT_EQ(rest("RestJsonAllQueryStringTypes", {"GET", "/AllQueryStringTypesInput", "nope=1", {}, ""}), "accepted");
  // Where no member belongs into the body.
  EXPECT_EQ(rest("RestJsonAllQueryStringTypes", {"GET", "/AllQueryStringTypesInput", "", {}, R"({"nope":1})"}),
            "NotImplemented 501: The member 'nope'");
  EXPECT_EQ(rest("RestJsonAllQueryStringTypes", {"GET", "/AllQueryStringTypesInput", "", {}, R"({"nope":null})"}), "accepted");
  // A constant of the template is the operation's name, so to say.
  EXPECT_EQ(rest("RestJsonConstantQueryString", {"GET", "/ConstantQueryString/h", "foo=bar&hello", {}, ""}), "accepted");
  EXPECT_EQ(rest("RestJsonConstantQueryString", {"GET", "/ConstantQueryString/h", "foo=bar&hello&nope", {}, ""}),
            "NotImplemented 501: The member 'nope'");
}

}  // namespace
}  // namespace haar::wire
