#include "model/iam/SimulateCustomPolicy.h"
#include "services/iam/policies/policy_summary.h"

#include <gtest/gtest.h>

namespace haar::iam {
namespace {

std::string of(const std::string& statement) {
  return summarize_policy(R"({"Version":"2012-10-17","Statement":)" + statement + "}");
}

TEST(PolicySummary, SaysEachStatement) {
  EXPECT_EQ(of(R"({"Effect":"Allow","Action":"*","Resource":"*"})"), "Allows all actions of all services on all resources.");
  EXPECT_EQ(of(R"([{"Effect":"Allow","Action":["ec2:RunInstances","ec2:StopInstances","s3:*"],"Resource":["arn:a","arn:b"]},
                   {"Effect":"Deny","Action":"sqs:SendMessage","Resource":"arn:q"}])"),
            "Allows the actions RunInstances and StopInstances of Amazon EC2 (ec2), and all actions of Amazon S3 (s3) on the "
            "resources arn:a and arn:b.\nDenies the action SendMessage of Amazon SQS (sqs) on the resource arn:q.");
}

TEST(PolicySummary, SaysWhatIsLeftOutAndUnderWhichConditions) {
  EXPECT_EQ(of(R"({"Effect":"Allow","NotAction":"s3:*","NotResource":"arn:x"})"),
            "Allows everything except all actions of Amazon S3 (s3) on all resources except arn:x.");
  EXPECT_EQ(of(R"({"Effect":"Allow","Action":"nosuch:Do","Resource":"*","Condition":{"StringEquals":{"aws:a":["1","2","3"]},
                   "Bool":{"aws:b":"true"}}})"),
            "Allows the action Do of nosuch on all resources, only when aws:a StringEquals 1, 2 or 3 and aws:b Bool true.");
}

TEST(PolicySummary, IsEmptyForWhatIsNoPolicy) {
  EXPECT_EQ(summarize_policy("{"), "");
  EXPECT_EQ(summarize_policy("[]"), "");
}

}  // namespace
}  // namespace haar::iam
