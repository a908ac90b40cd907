// Operations of every protocol as JSON with the model's names.
#include "wire/model_json.h"

#include <gtest/gtest.h>

#include <string>

#include "model/ec2/AuthorizeSecurityGroupIngress.h"
#include "model/ec2/DescribeVpcs.h"
#include "model/ec2/service.h"
#include "model/iam/CreateUser.h"
#include "model/iam/DeleteUser.h"
#include "model/iam/GetUser.h"
#include "model/iam/service.h"
#include "model/organizations/CreateAccount.h"
#include "model/organizations/service.h"
#include "model/rds/DescribeDBClusters.h"
#include "model/rds/service.h"
#include "model/rdsdata/ExecuteStatement.h"
#include "model/rdsdata/service.h"

namespace haar::wire {
namespace {

template <class Op>
std::string decoded(std::string_view body, typename Op::Input& input) {
  const Result<void> done = decode_model_json(*Op::model().service, Op::model(), body, &input);
  return done.ok() ? "accepted" : done.error().code + ": " + done.error().message;
}

template <class Op>
std::string refused(std::string_view body) {
  typename Op::Input input;
  return decoded<Op>(body, input);
}

template <class Op>
std::string answer(const typename Op::Output& output) {
  return encode_model_json(*Op::model().service, Op::model(), &output).body;
}

TEST(ModelJson, input_of_the_query_protocol) {
  iam::CreateUserRequest in;
  EXPECT_EQ(decoded<iam::ops::CreateUser>(R"({"UserName":"ann","Path":null,"Tags":[{"Key":"a","Value":"b"}]})", in), "accepted");
  EXPECT_EQ(in.UserName, "ann");
  EXPECT_FALSE(in.Path.has_value());
  ASSERT_EQ(in.Tags.value().size(), 1u);
  EXPECT_EQ(in.Tags->at(0).Key, "a");
}

TEST(ModelJson, input_of_ec2_is_called_as_in_the_model_not_as_on_the_wire) {
  ec2::AuthorizeSecurityGroupIngressRequest in;
  EXPECT_EQ(decoded<ec2::ops::AuthorizeSecurityGroupIngress>(
                R"({"GroupId":"sg-1","IpPermissions":[{"FromPort":22,"ToPort":22,"IpProtocol":"tcp",)"
                R"("IpRanges":[{"CidrIp":"10.0.0.0/8"}]}]})", in),
            "accepted");
  ASSERT_EQ(in.IpPermissions.value().size(), 1u);
  EXPECT_EQ(in.IpPermissions->at(0).FromPort, 22);
  EXPECT_EQ(in.IpPermissions->at(0).IpRanges.value().size(), 1u);
  ec2::DescribeVpcsRequest vpcs;
  EXPECT_EQ(decoded<ec2::ops::DescribeVpcs>(R"({"Filters":[{"Name":"is-default","Values":["true"]}],"VpcIds":["vpc-1"]})", vpcs),
            "accepted");
  EXPECT_EQ(vpcs.VpcIds.value().size(), 1u);
  EXPECT_NE(refused<ec2::ops::DescribeVpcs>(R"({"Filter":[]})"), "accepted") << "a name of the wire";
}

TEST(ModelJson, input_of_rest_json_has_every_member_in_the_body) {
  rdsdata::ExecuteStatementRequest in;
  EXPECT_EQ(decoded<rdsdata::ops::ExecuteStatement>(R"({"resourceArn":"arn:aws:rds:us-east-1:111122223333:cluster:a",)"
                                                    R"("secretArn":"arn:aws:secretsmanager:us-east-1:111122223333:secret:a",)"
                                                    R"("sql":"select 1"})", in),
            "accepted");
  EXPECT_EQ(in.sql, "select 1");
}

TEST(ModelJson, what_the_model_forbids_is_told_in_the_words_of_the_service) {
  EXPECT_EQ(refused<iam::ops::CreateUser>("{}"),
            "ValidationError: 1 validation error detected: Value null at 'userName' failed to satisfy constraint: Member must "
            "not be null");
  EXPECT_EQ(refused<organizations::ops::CreateAccount>("{}"), "InvalidInputException: You must include a value for all required parameters.");
  EXPECT_EQ(refused<iam::ops::CreateUser>(R"({"UserName":"ann","Nickname":"a"})").substr(0, 40),
            "NotImplemented: The member 'Nickname' is");
  for (const std::string_view bad : {"", "[]", "{", R"({"UserName":1})", R"({"UserName":"a","UserName":"b"})", R"({"UserName":"a"} x)",
                                     R"({"UserName":"a","Tags":[null]})", R"({"UserName":"a","Tags":{}})"})
    EXPECT_NE(refused<iam::ops::CreateUser>(bad), "accepted") << bad;
}

TEST(ModelJson, output_leaves_out_what_is_absent) {
  iam::GetUserResponse out;
  out.User.UserName = "a\"nn";
  out.User.Arn = "arn:aws:iam::111122223333:user/ann";
  out.User.CreateDate = Timestamp::from_seconds(1'700'000'000);
  const std::string text = answer<iam::ops::GetUser>(out);
  EXPECT_NE(text.find(R"("UserName":"a\"nn")"), std::string::npos) << text;
  EXPECT_NE(text.find(R"("CreateDate":1700000000)"), std::string::npos) << text;
  EXPECT_EQ(text.find("PermissionsBoundary"), std::string::npos) << text;
}

TEST(ModelJson, output_of_ec2_is_called_as_in_the_model) {
  ec2::DescribeVpcsResult out;
  out.Vpcs.emplace().emplace_back().VpcId = "vpc-1";
  EXPECT_NE(answer<ec2::ops::DescribeVpcs>(out).find(R"({"Vpcs":[{)"), std::string::npos) << answer<ec2::ops::DescribeVpcs>(out);
}

TEST(ModelJson, an_operation_without_output_answers_an_empty_object) {
  const EncodedResponse said = encode_model_json(iam::service(), iam::ops::DeleteUser::model(), nullptr);
  EXPECT_EQ(said.body, "{}");
  EXPECT_EQ(said.content_type, "application/json");
}

TEST(ModelJson, an_error_keeps_the_status_of_the_service) {
  const EncodedResponse said = encode_model_json_error(Error{"NoSuchEntity", "No \"x\".", 404}, "req-1");
  EXPECT_EQ(said.status, 404);
  EXPECT_EQ(said.body, R"({"code":"NoSuchEntity","message":"No \"x\".","requestId":"req-1"})");
  EXPECT_EQ(encode_model_json_error(Error{"A", "b", 400}.with("Reason", "C"), "r").body,
            R"({"code":"A","message":"b","requestId":"r","details":{"Reason":"C"}})");
}

}  // namespace
}  // namespace haar::wire
