// awsQuery's answers as JSON: who gets them, and what stands in them.
#include "model/ec2/service.h"
#include "model/elasticache/service.h"
#include "model/iam/DeleteUser.h"
#include "model/iam/GetAccountSummary.h"
#include "model/iam/ListPolicies.h"
#include "model/iam/service.h"
#include "model/organizations/service.h"
#include "model/rds/CreateDBCluster.h"
#include "model/rds/service.h"
#include "model/sts/GetCallerIdentity.h"
#include "model/sts/service.h"
#include "wire/query_json.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>


namespace haar::wire {
namespace {

bool accepted(std::vector<Header> headers, const Service& service = sts::service()) {
  return asks_for_json(service, {"POST", "/", "", headers, ""});
}

template <class Op>
std::string answer(const typename Op::Output& output) {
  return encode_json_response(*Op::model().service, Op::model(), &output, "req-1").body;
}

TEST(AsksForJson, by_naming_it) {
  EXPECT_TRUE(accepted({{"Accept", "application/json"}}));
  EXPECT_TRUE(accepted({{"accept", " Application/JSON ; charset=utf-8"}}));
  EXPECT_TRUE(accepted({{"accept", "application/json, text/plain, */*"}}));
  EXPECT_TRUE(accepted({{"accept", "text/html"}, {"ACCEPT", "application/json"}}));
  for (const std::string_view other :
       {"", "*/*", "application/*", "application/xml", "text/xml", "application/jsonx", "application/x-amz-json-1.1",
        "application", ",", ";q=1", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"})
    EXPECT_FALSE(accepted({{"Accept", other}})) << other;
  EXPECT_FALSE(accepted({}));
  EXPECT_FALSE(accepted({{"Content-Type", "application/json"}, {"X-Accept", "application/json"}}));
}

TEST(AsksForJson, the_higher_q_wins_and_then_the_first) {
  EXPECT_TRUE(accepted({{"Accept", "application/json, application/xml"}}));
  EXPECT_FALSE(accepted({{"Accept", "application/xml, application/json"}}));
  EXPECT_TRUE(accepted({{"Accept", "text/xml;q=0.5, application/json;q=0.6"}}));
  EXPECT_FALSE(accepted({{"Accept", "text/xml;q=0.7, application/json;q=0.6"}}));
  EXPECT_TRUE(accepted({{"Accept", "application/json; level=1; q=0.1"}}));
  for (const std::string_view no : {"0", "0.000", "2", "-1", "x", "", "nan", "1e400"})
    EXPECT_FALSE(accepted({{"Accept", "application/json;q=" + std::string(no)}})) << no;
}

TEST(AsksForJson, or_by_the_parameter_of_old_clients) {
  const auto asked = [](std::string_view method, std::string_view query, std::string_view body) {
    return asks_for_json(rds::service(), {method, "/", query, {}, body});
  };
  EXPECT_TRUE(asked("GET", "Action=DescribeDBClusters&ContentType=JSON", ""));
  EXPECT_TRUE(asked("POST", "", "ContentType=JSON&Action=DescribeDBClusters"));
  EXPECT_FALSE(asked("GET", "", "ContentType=JSON"));
  EXPECT_FALSE(asked("GET", "ContentType=XML&XContentType=JSON&ContentType=JSONX&Description=ContentType%3DJSON", ""));
}

TEST(AsksForJson, only_query_services_have_another_form) {
  for (const Service* service : {&iam::service(), &rds::service(), &elasticache::service()})
    EXPECT_TRUE(accepted({{"Accept", "application/json"}}, *service)) << service->name;
  for (const Service* service : {&ec2::service(), &organizations::service()})
    EXPECT_FALSE(accepted({{"Accept", "application/json"}}, *service)) << service->name;
}

TEST(QueryJson, members_are_called_as_in_the_model_and_absent_ones_are_null) {
  sts::GetCallerIdentityResponse out;
  out.Account = "123456789012";
  out.UserId = "AIDA\"1\n";
  const EncodedResponse response =
      encode_json_response(sts::service(), sts::ops::GetCallerIdentity::model(), &out, "req-1");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.content_type, "application/json");
  EXPECT_EQ(response.body,
            R"({"GetCallerIdentityResponse":{"GetCallerIdentityResult":{"UserId":"AIDA\"1\n","Account":"123456789012",)"
            R"("Arn":null},"ResponseMetadata":{"RequestId":"req-1"}}})");
}

TEST(QueryJson, lists_timestamps_and_booleans) {
  iam::ListPoliciesResponse out;
  iam::Policy policy;
  policy.PolicyName = "p";
  policy.AttachmentCount = 3;
  policy.IsAttachable = true;
  policy.CreateDate = Timestamp{1'700'000'000'987'654};  // IAM has whole seconds
  policy.Tags.emplace().push_back({"k", "v"});
  out.Policies.emplace().push_back(policy);
  out.IsTruncated = false;
  const std::string said = answer<iam::ops::ListPolicies>(out);
  EXPECT_TRUE(said.starts_with(R"({"ListPoliciesResponse":{"ListPoliciesResult":{"Policies":[{"PolicyName":"p",)")) << said;
  for (const char* part : {R"("AttachmentCount":3)", R"("IsAttachable":true)", R"("CreateDate":1700000000,)",
                           R"("Tags":[{"Key":"k","Value":"v"}])", R"("IsTruncated":false)", R"("Marker":null)"})
    EXPECT_NE(said.find(part), std::string::npos) << part << " in " << said;
}

TEST(QueryJson, lists_have_no_wrapper_elements_and_fractions_are_those_of_the_service) {
  rds::CreateDBClusterResult out;
  out.DBCluster.emplace().ClusterCreateTime = Timestamp{1'700'000'000'120'999};
  out.DBCluster->VpcSecurityGroups.emplace().push_back({.VpcSecurityGroupId = "sg-1", .Status = "active"});
  const std::string said = answer<rds::ops::CreateDBCluster>(out);
  EXPECT_NE(said.find(R"("ClusterCreateTime":1700000000.12,)"), std::string::npos) << said;
  EXPECT_NE(said.find(R"("VpcSecurityGroups":[{"VpcSecurityGroupId":"sg-1","Status":"active"}])"), std::string::npos);
  out.DBCluster->ClusterCreateTime = Timestamp{-1};  // before 1970 a whole millisecond too
  EXPECT_NE(answer<rds::ops::CreateDBCluster>(out).find(R"("ClusterCreateTime":-0.001,)"), std::string::npos);
}

TEST(QueryJson, maps_are_objects) {
  iam::GetAccountSummaryResponse out;
  out.SummaryMap.emplace() = {{"Groups", 1}, {"Users", 27}};
  EXPECT_EQ(answer<iam::ops::GetAccountSummary>(out),
            R"({"GetAccountSummaryResponse":{"GetAccountSummaryResult":{"SummaryMap":{"Groups":1,"Users":27}},)"
            R"("ResponseMetadata":{"RequestId":"req-1"}}})");
}

TEST(QueryJson, no_output_is_the_metadata_alone) {
  EXPECT_EQ(answer<iam::ops::DeleteUser>({}),
            R"({"DeleteUserResponse":{"ResponseMetadata":{"RequestId":"req-1"}}})");
}

TEST(QueryJson, errors) {
  Error error{"NoSuchEntity", "no \"user\"", 404, Fault::sender};
  error.details.emplace_back("Resource", "r");
  const EncodedResponse response = encode_json_error(error, "req-1");
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.content_type, "application/json");
  EXPECT_EQ(response.body,
            R"({"Error":{"Code":"NoSuchEntity","Message":"no \"user\"","Type":"Sender","Resource":"r"},"RequestId":"req-1"})");
  EXPECT_EQ(encode_json_error({"InternalFailure", "", 500, Fault::receiver}, "r").body,
            R"({"Error":{"Code":"InternalFailure","Type":"Receiver"},"RequestId":"r"})");
}

}  // namespace
}  // namespace haar::wire
