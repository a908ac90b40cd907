// The codecs over the real models: what the CLI sends, AWS's answers byte for byte, the constraints in each
// service's words.
#include <gtest/gtest.h>

#include "model/ec2/AuthorizeSecurityGroupIngress.h"
#include "model/ec2/CreateSecurityGroup.h"
#include "model/ec2/CreateTags.h"
#include "model/ec2/DescribeSecurityGroupRules.h"
#include "model/ec2/DescribeSecurityGroups.h"
#include "model/ec2/RunInstances.h"
#include "model/ec2/service.h"
#include "model/elasticache/CreateUser.h"
#include "model/elasticache/DeleteCacheCluster.h"
#include "model/iam/CreateLoginProfile.h"
#include "model/iam/CreateUser.h"
#include "model/iam/DeleteAccessKey.h"
#include "model/iam/DeleteUser.h"
#include "model/iam/GetUser.h"
#include "model/iam/ListUsers.h"
#include "model/iam/service.h"
#include "model/rds/CreateDBCluster.h"
#include "model/rds/DescribeDBClusters.h"
#include "model/rds/service.h"
#include "model/sts/AssumeRole.h"
#include "model/sts/service.h"
#include "wire/codec.h"
#include "wire/masked_json.h"

namespace haar::wire {
namespace {

template <class Op>
Result<typename Op::Input> decode(std::string_view parameters) {
  typename Op::Input input;
  const Service& service = *Op::model().service;
  const std::string body = std::string("Action=") + std::string(Op::model().name) +
                           "&Version=" + std::string(service.api_version) + (parameters.empty() ? "" : "&") +
                           std::string(parameters);
  const RequestParts request{"POST", "/", "", {}, body};
  EXPECT_EQ(operation_name(service, request).value(), Op::model().name);
  if (Result<void> done = decode_request(service, Op::model(), request, &input); !done.ok())
    return done.error();
  return input;
}

template <class Op>
std::string refusal(std::string_view parameters) {
  const auto input = decode<Op>(parameters);
  return input.ok() ? "accepted"
                    : input.error().code + " " + std::to_string(input.error().http_status) + ": " +
                          input.error().message;
}

template <class Op>
std::string answer(const typename Op::Output& output) {
  return encode_response(*Op::model().service, Op::model(), &output, "req-1").body;
}

TEST(Decode, iam_reads_lists_of_structures_and_urlencoded_text) {
  const auto in = decode<iam::ops::CreateUser>(
      "UserName=anna%2Bb&Path=%2Fdev%2F&Tags.member.1.Key=team+a&Tags.member.1.Value=%C3%A9");
  ASSERT_TRUE(in.ok()) << in.error().message;
  EXPECT_EQ(in->UserName, "anna+b");
  EXPECT_EQ(in->Path, "/dev/");
  EXPECT_FALSE(in->PermissionsBoundary);
  ASSERT_EQ(in->Tags->size(), 1U);
  EXPECT_EQ(in->Tags->at(0).Key, "team a");
  EXPECT_EQ(in->Tags->at(0).Value, "é");
}

TEST(Decode, ec2_reads_its_flattened_lists_under_their_own_names) {
  const auto in = decode<ec2::ops::AuthorizeSecurityGroupIngress>(
      "GroupId=sg-1&IpPermissions.1.IpProtocol=tcp&IpPermissions.1.FromPort=22&IpPermissions.1.ToPort=22"
      "&IpPermissions.1.IpRanges.1.CidrIp=10.0.0.0%2F8&IpPermissions.1.Ipv6Ranges.1.CidrIpv6=%3A%3A%2F0"
      "&IpPermissions.1.Groups.1.GroupId=sg-2&TagSpecification.1.ResourceType=security-group-rule"
      "&TagSpecification.1.Tag.1.Key=k&DryRun=false");
  ASSERT_TRUE(in.ok()) << in.error().message;
  const ec2::IpPermission& rule = in->IpPermissions->at(0);
  EXPECT_EQ(rule.FromPort, 22);
  EXPECT_EQ(rule.IpRanges->at(0).CidrIp, "10.0.0.0/8");
  EXPECT_EQ(rule.Ipv6Ranges->at(0).CidrIpv6, "::/0");
  EXPECT_EQ(rule.UserIdGroupPairs->at(0).GroupId, "sg-2");
  EXPECT_EQ(in->TagSpecifications->at(0).Tags->at(0).Key, "k");
  EXPECT_EQ(in->DryRun, false);
}

TEST(Decode, rds_takes_both_spellings_of_a_list) {
  const std::string required = "DBClusterIdentifier=c&Engine=aurora-postgresql&";
  for (const std::string name : {"member", "VpcSecurityGroupId"}) {
    const auto in = decode<rds::ops::CreateDBCluster>(required + "VpcSecurityGroupIds." + name +
                                                      ".1=sg-1&VpcSecurityGroupIds." + name + ".2=sg-2");
    ASSERT_TRUE(in.ok()) << in.error().message;
    EXPECT_EQ(*in->VpcSecurityGroupIds, (std::vector<std::string>{"sg-1", "sg-2"}));
  }
}

TEST(Decode, elements_come_in_the_order_of_their_indexes_and_gaps_close) {
  const auto in =
      decode<ec2::ops::DescribeSecurityGroups>("GroupId.10=c&GroupId.2=b&GroupId.1=a&GroupId.999999999=d");
  ASSERT_TRUE(in.ok()) << in.error().message;
  EXPECT_EQ(*in->GroupIds, (std::vector<std::string>{"a", "b", "c", "d"}));
}


TEST(Constraints, iam_aggregates_them) {
  EXPECT_EQ(refusal<iam::ops::CreateUser>(""),
            "ValidationError 400: 1 validation error detected: Value null at 'userName' failed to satisfy "
            "constraint: Member must not be null");
  EXPECT_EQ(
      refusal<iam::ops::CreateUser>("UserName=" + std::string(65, 'a')),
      "ValidationError 400: 1 validation error detected: Value '" + std::string(65, 'a') +
          "' at 'userName' failed to satisfy constraint: Member must have length less than or equal to 64");
  EXPECT_EQ(refusal<iam::ops::DeleteAccessKey>("AccessKeyId="),
            "ValidationError 400: 2 validation errors detected: Value '' at 'accessKeyId' failed to satisfy "
            "constraint: Member must have length greater than or equal to 16; "
            "Value '' at 'accessKeyId' failed to satisfy constraint: Member must satisfy regular expression "
            "pattern: [\\w]+");
  EXPECT_EQ(refusal<iam::ops::CreateUser>("UserName=a&Tags.member.1.Key=k"),
            "ValidationError 400: 1 validation error detected: Value null at 'tags.1.member.value' failed to "
            "satisfy constraint: Member must not be null");
  EXPECT_EQ(refusal<iam::ops::ListUsers>("Marker=%E2%82%AC"),
            "ValidationError 400: 1 validation error detected: Value '\xE2\x82\xAC' at 'marker' failed to satisfy "
            "constraint: Member must satisfy regular expression pattern: [\\u0020-\\u00FF]+");
  EXPECT_EQ(refusal<iam::ops::ListUsers>("MaxItems=1001"),
            "ValidationError 400: 1 validation error detected: Value '1001' at 'maxItems' failed to satisfy "
            "constraint: Member must have value less than or equal to 1000");
}

TEST(Constraints, lengths_count_characters_and_not_bytes) {
  std::string sixty_four;  // two bytes each
  for (int i = 0; i < 256; ++i) sixty_four += "%C3%A9";
  EXPECT_TRUE(
      decode<iam::ops::CreateUser>("UserName=a&Tags.member.1.Key=k&Tags.member.1.Value=" + sixty_four).ok());
  EXPECT_NE(
      refusal<iam::ops::CreateUser>("UserName=a&Tags.member.1.Key=k&Tags.member.1.Value=" + sixty_four + "x"),
      "accepted");
}

TEST(Constraints, a_secret_is_not_echoed) {
  const std::string said =
      refusal<iam::ops::CreateLoginProfile>("UserName=a&Password=" + std::string(200, 'p'));
  EXPECT_EQ(said,
            "ValidationError 400: 1 validation error detected: Value at 'password' failed to satisfy "
            "constraint: Member must have length less than or equal to 128");
}

TEST(Constraints, rds_and_elasticache_name_the_missing_parameter) {
  EXPECT_EQ(refusal<rds::ops::CreateDBCluster>("DBClusterIdentifier=c"),
            "MissingParameter 400: The request must contain the parameter Engine.");
  EXPECT_EQ(refusal<elasticache::ops::DeleteCacheCluster>(""),
            "MissingParameter 400: The request must contain the parameter CacheClusterId.");
  EXPECT_EQ(refusal<rds::ops::DescribeDBClusters>("Filters.Filter.1.Name=x"),
            "MissingParameter 400: The request must contain the parameter Filters.member.1.Values.");
}

TEST(Constraints, ec2_names_one_parameter_in_its_own_words) {
  EXPECT_EQ(refusal<ec2::ops::CreateSecurityGroup>("GroupName=g"),
            "MissingParameter 400: The request must contain the parameter GroupDescription");
  EXPECT_EQ(refusal<ec2::ops::DescribeSecurityGroupRules>("MaxResults=4"),
            "InvalidParameterValue 400: Value ( 4 ) for parameter maxResults is invalid. Expecting a value "
            "greater than or equal to 5.");
}

TEST(Encode, a_query_answer_has_the_shape_of_awss) {
  iam::CreateUserResponse out;
  out.User = iam::User{.Path = "/",
                       .UserName = "a<b>",
                       .UserId = "AIDA1",
                       .Arn = "arn:aws:iam::1:user/a",
                       .CreateDate = {1'700'000'000'123'456}};
  out.User->Tags.emplace().push_back({"k", "v&\"\r"});
  EXPECT_EQ(
      answer<iam::ops::CreateUser>(out),
      "<CreateUserResponse "
      "xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><CreateUserResult><User><Path>/</Path>"
      "<UserName>a&lt;b&gt;</UserName><UserId>AIDA1</UserId><Arn>arn:aws:iam::1:user/a</"
      "Arn><CreateDate>2023-11-14T22:13:20Z</CreateDate>"
      "<Tags><member><Key>k</Key><Value>v&amp;&quot;&#xD;</Value></member></Tags></User></CreateUserResult>"
      "<ResponseMetadata><RequestId>req-1</RequestId></ResponseMetadata></CreateUserResponse>\n");
  EXPECT_EQ(
      answer<iam::ops::DeleteUser>({}),
      "<DeleteUserResponse "
      "xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><ResponseMetadata><RequestId>req-1</RequestId>"
      "</ResponseMetadata></DeleteUserResponse>\n");
}

TEST(Encode, an_ec2_answer_has_the_shape_of_awss) {
  ec2::DescribeSecurityGroupsResult out;
  out.SecurityGroups.emplace().push_back(
      {.GroupId = "sg-1", .IpPermissionsEgress = std::vector<ec2::IpPermission>{}});
  EXPECT_EQ(answer<ec2::ops::DescribeSecurityGroups>(out),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<DescribeSecurityGroupsResponse "
            "xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">"
            "<requestId>req-1</requestId><securityGroupInfo><item><groupId>sg-1</"
            "groupId><ipPermissionsEgress></ipPermissionsEgress></item>"
            "</securityGroupInfo></DescribeSecurityGroupsResponse>\n");
  EXPECT_EQ(answer<ec2::ops::CreateTags>({}),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<CreateTagsResponse "
            "xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">"
            "<requestId>req-1</requestId><return>true</return></CreateTagsResponse>\n");
}

TEST(Encode, each_service_writes_fractions_of_seconds_as_it_does_on_aws) {
  rds::CreateDBClusterResult out;
  out.DBCluster.emplace().ClusterCreateTime = Timestamp{1'700'000'000'000'000};
  EXPECT_NE(answer<rds::ops::CreateDBCluster>(out).find("<ClusterCreateTime>2023-11-14T22:13:20.000Z<"),
            std::string::npos);
}

TEST(Encode, errors_of_both_protocols) {
  const Error missing{"NoSuchEntity", "no <user>", 404, Fault::sender};
  const EncodedResponse query = encode_error(iam::service(), missing, "req-1");
  EXPECT_EQ(query.status, 404);
  EXPECT_EQ(query.content_type, "text/xml");
  EXPECT_EQ(query.body,
            "<ErrorResponse "
            "xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error><Type>Sender</"
            "Type><Code>NoSuchEntity</Code>"
            "<Message>no &lt;user&gt;</Message></Error><RequestId>req-1</RequestId></ErrorResponse>\n");
  const EncodedResponse ec2 =
      encode_error(ec2::service(), ec2::errors::InvalidGroupNotFound("gone"), "req-1");
  EXPECT_EQ(ec2.content_type, "text/xml;charset=UTF-8");
  EXPECT_EQ(ec2.body,
            "<?xml version=\"1.0\" "
            "encoding=\"UTF-8\"?>\n<Response><Errors><Error><Code>InvalidGroup.NotFound</Code><Message>gone</"
            "Message>"
            "</Error></Errors><RequestID>req-1</RequestID></Response>\n");
}

TEST(Encode, what_xml_cannot_carry_becomes_a_replacement_character) {
  iam::GetUserResponse out;
  out.User.UserName = std::string("a\x01\xFF\xED\xA0\x80z\0", 8);
  const std::string body = answer<iam::ops::GetUser>(out);
  EXPECT_NE(
      body.find(
          "<UserName>a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDz\xEF\xBF\xBD</UserName>"),
      std::string::npos)
      << body;
}

TEST(Factories, carry_wire_code_status_and_fault) {
  const Error e = rds::errors::DBInstanceNotFound("x");
  EXPECT_EQ(e.code, "DBInstanceNotFound");
  EXPECT_EQ(e.http_status, 404);
  EXPECT_EQ(iam::errors::EntityAlreadyExists("x").http_status, 409);
  EXPECT_EQ(iam::errors::ServiceFailure("x").fault, Fault::receiver);
  EXPECT_EQ(ec2::errors::UnauthorizedOperation("x").http_status, 403);
}

TEST(MaskedJson, names_as_cloudtrail_gives_them_and_secrets_hidden) {
  const auto in = decode<rds::ops::CreateDBCluster>(
      "DBClusterIdentifier=c&Engine=aurora-postgresql&MasterUserPassword=canary-1&Tags.Tag.1.Key=k&Port="
      "5432");
  ASSERT_TRUE(in.ok());
  const Shape& shape = *rds::ops::CreateDBCluster::model().input;
  EXPECT_EQ(to_masked_json(shape, &*in),
            "{\"dBClusterIdentifier\":\"c\",\"engine\":\"aurora-postgresql\",\"port\":5432,"
            "\"masterUserPassword\":\"HIDDEN_DUE_TO_SECURITY_REASONS\",\"tags\":[{\"key\":\"k\"}]}");
  EXPECT_NE(to_json(shape, &*in).find("canary-1"), std::string::npos);
  std::vector<std::string> secrets;
  for_each_secret(shape, &*in, [&](std::string_view path, std::string_view secret) {
    secrets.push_back(std::string(path) + "=" + std::string(secret));
  });
  EXPECT_EQ(secrets, std::vector<std::string>{"masterUserPassword=canary-1"});
}

TEST(MaskedJson, patched_members_and_answers_are_masked_too) {
  const auto cache = decode<elasticache::ops::CreateUser>(
      "UserId=u&UserName=u&Engine=redis&AccessString=on&Passwords.member.1=canary-2");
  ASSERT_TRUE(cache.ok()) << cache.error().message;
  EXPECT_EQ(to_masked_json(*elasticache::ops::CreateUser::model().input, &*cache).find("canary"),
            std::string::npos);
  sts::AssumeRoleResponse out;
  out.Credentials.emplace().SecretAccessKey = "canary-3";
  out.Credentials->SessionToken = "canary-4";
  EXPECT_EQ(to_masked_json(*sts::ops::AssumeRole::model().output, &out).find("canary"), std::string::npos);
}

TEST(MaskedJson, is_bounded) {
  ec2::DescribeSecurityGroupsResult out;
  out.SecurityGroups.emplace().resize(20'000, {.GroupId = "sg-0123456789abcdef0"});
  const std::string json = to_masked_json(*ec2::ops::DescribeSecurityGroups::model().output, &out);
  EXPECT_LT(json.size(), 200U);
  EXPECT_NE(json.find("\"omitted\":true"), std::string::npos);
  EXPECT_EQ(
      to_masked_json(*iam::ops::ListUsers::model().input, std::make_unique<iam::ListUsersRequest>().get()),
      "null");
}

TEST(Models, every_operation_of_the_model_is_known_and_only_used_ones_have_tables) {
  EXPECT_EQ(iam::service().operations.size(), 181U);
  EXPECT_EQ(ec2::service().operations.size(), 830U);
  EXPECT_NE(find_operation(ec2::service(), "AcceptVpcPeeringConnection"), nullptr);
  EXPECT_EQ(find_operation(ec2::service(), "acceptVpcPeeringConnection"), nullptr);
  EXPECT_TRUE(iam::ops::CreateUser::model().generated);
  EXPECT_TRUE(iam::service().global);
  EXPECT_FALSE(sts::service().global);
  ASSERT_NE(ec2::ops::RunInstances::model().idempotency_token, nullptr);
  EXPECT_EQ(ec2::ops::RunInstances::model().idempotency_token->name, "ClientToken");
}

}  // namespace
}  // namespace haar::wire
