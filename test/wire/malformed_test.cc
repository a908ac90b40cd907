// Malformed requests of every kind get AWS's error, and cost no more than their size.
#include <gtest/gtest.h>

#include "model/ec2/AuthorizeSecurityGroupIngress.h"
#include "model/ec2/DescribeVpcs.h"
#include "model/ec2/ImportKeyPair.h"
#include "model/ec2/service.h"
#include "model/elasticache/DescribeEvents.h"
#include "model/iam/CreateLoginProfile.h"
#include "model/iam/CreateUser.h"
#include "model/iam/ListUsers.h"
#include "model/iam/service.h"
#include "model/sts/AssumeRole.h"
#include "wire/codec.h"
#include "wire/xml.h"

namespace haar::wire {
namespace {

std::string said(const Error& e) { return e.code + " " + std::to_string(e.http_status) + ": " + e.message; }

std::string name_of(const Service& service, std::string_view body, std::string_view method = "POST",
                    std::span<const Header> headers = {}) {
  const auto name = operation_name(service, {method, "/", "", headers, body});
  return name.ok() ? *name : said(name.error());
}

template <class Op>
std::string decoding(std::string_view parameters) {
  typename Op::Input input;
  const Result<void> done =
      decode_request(*Op::model().service, Op::model(), {"POST", "/", "", {}, parameters}, &input);
  return done.ok() ? "accepted" : said(done.error());
}

TEST(OperationName, is_found_in_body_or_query) {
  EXPECT_EQ(name_of(iam::service(), "Action=ListUsers&Version=2010-05-08"), "ListUsers");
  EXPECT_EQ(
      operation_name(iam::service(), {"GET", "/", "Version=2010-05-08&Action=ListUsers&X-Amz-Date=1", {}, ""})
          .value(),
      "ListUsers");
  EXPECT_EQ(
      operation_name(iam::service(), {"POST", "/", "Action=ListUsers", {}, "Version=2010-05-08"}).value(),
      "ListUsers");
}

TEST(OperationName, missing_or_unknown_action_and_version) {
  EXPECT_EQ(name_of(iam::service(), ""),
            "MissingAction 400: The request is missing an action or a required parameter.");
  EXPECT_EQ(name_of(iam::service(), "Action=&Version=2010-05-08"),
            "MissingAction 400: The request is missing an action or a required parameter.");
  EXPECT_EQ(name_of(iam::service(), "Action=Nope&Version=2010-05-08"),
            "InvalidAction 400: Could not find operation Nope for version 2010-05-08");
  EXPECT_EQ(name_of(iam::service(), "Action=ListUsers"),
            "InvalidAction 400: Could not find operation ListUsers for version NO_VERSION_SPECIFIED");
  EXPECT_EQ(name_of(ec2::service(), "Action=Nope&Version=2016-11-15"),
            "InvalidAction 400: The action Nope is not valid for this web service.");
  EXPECT_EQ(name_of(ec2::service(), "Action=DescribeVpcs"),
            "MissingParameter 400: The request must contain the parameter Version");
  EXPECT_EQ(name_of(ec2::service(), "Action=DescribeVpcs&Version=1999-01-01"),
            "NoSuchVersion 400: The requested version (1999-01-01) of service AmazonEC2 does not exist");
}

TEST(OperationName, a_body_of_another_type_and_a_body_of_a_get_are_not_parameters) {
  const Header json{"Content-Type", "application/json"},
      form{"content-type", "application/x-www-form-urlencoded; charset=utf-8"};
  EXPECT_TRUE(name_of(iam::service(), "Action=ListUsers&Version=2010-05-08", "POST", {&json, 1})
                  .starts_with("MissingAction"));
  EXPECT_EQ(name_of(iam::service(), "Action=ListUsers&Version=2010-05-08", "POST", {&form, 1}), "ListUsers");
  EXPECT_TRUE(
      name_of(iam::service(), "Action=ListUsers&Version=2010-05-08", "GET").starts_with("MissingAction"));
}

TEST(OperationName, an_answer_does_not_grow_with_the_name_in_the_request) {
  EXPECT_LT(name_of(iam::service(), "Action=" + std::string(1'000'000, 'x') + "&Version=2010-05-08").size(),
            300U);
}

TEST(Malformed, broken_escapes_duplicates_and_excess) {
  EXPECT_EQ(decoding<iam::ops::CreateUser>("UserName=%"),
            "MalformedQueryString 404: The query string contains a syntax error.");
  EXPECT_EQ(decoding<iam::ops::CreateUser>("UserName=%2"),
            "MalformedQueryString 404: The query string contains a syntax error.");
  EXPECT_EQ(decoding<iam::ops::CreateUser>("User%G0=a"),
            "MalformedQueryString 404: The query string contains a syntax error.");
  EXPECT_EQ(decoding<ec2::ops::DescribeVpcs>("VpcId.1=%"),
            "MalformedQueryString 400: The query string contains a syntax error.");
  EXPECT_EQ(decoding<iam::ops::CreateUser>("UserName=a&UserName=b"),
            "InvalidQueryParameter 400: The parameter UserName is given more than once.");
  std::string many, deep = "A";
  for (int i = 0; i < 10'001; ++i) many += "P" + std::to_string(i) + "=&";
  for (int i = 0; i < 40; ++i) deep += ".A";
  EXPECT_EQ(decoding<iam::ops::CreateUser>(many),
            "MalformedQueryString 404: The request has more than 10000 parameters.");
  EXPECT_EQ(decoding<iam::ops::CreateUser>(deep + "=1"),
            "MalformedQueryString 404: A parameter is nested more than 32 levels deep.");
  EXPECT_EQ(decoding<iam::ops::CreateUser>(std::string(1'100, 'a') + "=1"),
            "MalformedQueryString 404: A parameter's name is longer than 1024 bytes.");
}

TEST(Malformed, scalars) {
  EXPECT_EQ(decoding<iam::ops::ListUsers>("MaxItems=ten"),
            "MalformedInput 400: The value 'ten' of MaxItems is not an integer.");
  EXPECT_EQ(decoding<iam::ops::ListUsers>("MaxItems="),
            "MalformedInput 400: The value '' of MaxItems is not an integer.");
  EXPECT_EQ(decoding<iam::ops::ListUsers>("MaxItems=99999999999999999999"),
            "MalformedInput 400: The value '99999999999999999999' of MaxItems is not an integer.");
  EXPECT_EQ(decoding<iam::ops::ListUsers>("MaxItems=5%00"),
            "MalformedInput 400: The value of MaxItems is not an integer.");
  EXPECT_EQ(
      decoding<ec2::ops::DescribeVpcs>("DryRun=yes"),
      "InvalidParameterValue 400: Value (yes) for parameter DryRun is invalid. Expecting true or false.");
  EXPECT_EQ(decoding<iam::ops::CreateUser>("UserName=%FF%FE"),
            "MalformedInput 400: The value of UserName is not text without control characters, in UTF-8.");
  EXPECT_EQ(decoding<iam::ops::CreateUser>("UserName=a%00b"),
            "MalformedInput 400: The value of UserName is not text without control characters, in UTF-8.");
  EXPECT_EQ(decoding<ec2::ops::DescribeVpcs>("VpcId.1=%01"),
            "InvalidParameterValue 400: The value for parameter VpcId.1 is invalid. Expecting text without "
            "control characters, in UTF-8.");
  EXPECT_EQ(decoding<elasticache::ops::DescribeEvents>("StartTime=yesterday"),
            "MalformedInput 400: The value 'yesterday' of StartTime is not a timestamp.");
  EXPECT_EQ(
      decoding<ec2::ops::ImportKeyPair>("KeyName=k&PublicKeyMaterial=%21%21"),
      "InvalidParameterValue 400: Value (!!) for parameter PublicKeyMaterial is invalid. Expecting base64.");
}

TEST(Malformed, a_secret_is_not_echoed_even_when_it_is_not_text) {
  EXPECT_EQ(decoding<iam::ops::CreateLoginProfile>("UserName=a&Password=hunter2%01").find("hunter2"),
            std::string::npos);
  EXPECT_EQ(decoding<sts::ops::AssumeRole>(
                "RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr&RoleSessionName=abc&TokenCode=123456789")
                .find("123456"),
            std::string::npos);
}

TEST(Malformed, structure_where_a_scalar_belongs_and_the_reverse) {
  EXPECT_EQ(decoding<iam::ops::CreateUser>("UserName.Tricky=a"),
            "MalformedInput 400: Start of structure or map found where not expected");
  EXPECT_EQ(decoding<iam::ops::CreateUser>("UserName=a&Tags=x"),
            "MalformedInput 400: Unexpected list element termination");
  EXPECT_EQ(decoding<iam::ops::CreateUser>("UserName=a&Tags.1.Key=x"),
            "MalformedInput 400: Unexpected list element termination");
  EXPECT_EQ(decoding<iam::ops::CreateUser>("UserName=a&Tags.member.one.Key=x"),
            "MalformedInput 400: Unexpected list element termination");
  EXPECT_EQ(decoding<iam::ops::CreateUser>("UserName=a&Tags.member.1=x"),
            "MalformedInput 400: Unexpected complex element termination");
  EXPECT_EQ(decoding<ec2::ops::DescribeVpcs>("VpcId=vpc-1"),
            "InvalidParameterValue 400: Invalid value for parameter VpcId");
  EXPECT_EQ(decoding<ec2::ops::DescribeVpcs>("VpcId.x=vpc-1"),
            "InvalidParameterValue 400: Invalid value for parameter VpcId");
  EXPECT_EQ(decoding<ec2::ops::DescribeVpcs>("VpcId.1.2=vpc-1"),
            "InvalidParameterValue 400: Invalid value for parameter VpcId.1");
}

TEST(Malformed, an_empty_list_is_present_and_empty) {
  iam::CreateUserRequest input;
  ASSERT_TRUE(decode_request(iam::service(), iam::ops::CreateUser::model(),
                             {"POST", "/", "", {}, "UserName=a&Tags="}, &input)
                  .ok());
  ASSERT_TRUE(input.Tags);
  EXPECT_TRUE(input.Tags->empty());
}

TEST(Malformed, every_truncation_and_every_single_byte_change_is_survived) {
  const std::string good =
      "Action=AuthorizeSecurityGroupIngress&Version=2016-11-15&GroupId=sg-1&IpPermissions.1.FromPort=22&"
      "IpPermissions.1.IpRanges.1.CidrIp=10.0.0.0%2F8";
  const auto run = [](std::string_view body) {
    ec2::AuthorizeSecurityGroupIngressRequest input;
    const RequestParts request{"POST", "/", "", {}, body};
    (void)operation_name(ec2::service(), request);
    const auto done =
        decode_request(ec2::service(), ec2::ops::AuthorizeSecurityGroupIngress::model(), request, &input);
    if (!done.ok()) {
      EXPECT_FALSE(done.error().code.empty());
    }
  };
  for (std::size_t i = 0; i < good.size(); ++i) {
    run(std::string_view(good).substr(0, i));
    for (const char c : {'\0', '.', '=', '&', '%', '1', '\xFF'}) {
      std::string changed = good;
      changed[i] = c;
      run(changed);
    }
  }
}

TEST(Xml, what_is_no_answer_is_refused) {
  for (const std::string_view text :
       {"", "x", "<a>", "<a></b>", "<a>&nope;</a>", "<a>&#0;</a>", "<a>&#xD800;</a>", "<a/><b/>",
        "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", "<a", "<a b=\"c>", "<a><![CDATA[x</a>"})
    EXPECT_FALSE(parse_xml(text).ok()) << text;
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "<a>";
  EXPECT_EQ(parse_xml(deep).error().code, "MalformedResponse");
}

TEST(Xml, reads_entities_cdata_comments_and_prefixes) {
  const auto root = parse_xml(
      "<?xml version=\"1.0\"?><!-- x --><p:a q='>'>1&lt;&#x41;&#66;<!-- y --><![CDATA[<&]]><b "
      "c=\"/>\"/></p:a>");
  ASSERT_TRUE(root.ok()) << root.error().message;
  EXPECT_EQ(root->name, "a");
  EXPECT_EQ(root->text, "1<AB<&");
  EXPECT_NE(root->child("b"), nullptr);
}

}  // namespace
}  // namespace haar::wire
