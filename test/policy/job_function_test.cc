// The AWS managed policies for job functions: each lets do what its page says, and not what its page does not.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_job-functions.html
#include <gtest/gtest.h>

#include "policy/questions.h"

namespace {

using questions::Question;

struct JobFunction {
  const char* name;
  std::vector<Question> asked;
};

const char* const kTable = "arn:aws:dynamodb:eu-west-1:111122223333:table/t";
const char* const kObject = "arn:aws:s3:::b/k";
const char* const kCluster = "arn:aws:rds:eu-west-1:111122223333:cluster:c";
const char* const kUser = "arn:aws:iam::111122223333:user/bob";

const std::vector<JobFunction> job_functions{
    // "Full access and can delegate permissions to every service and resource in AWS."
    {"AdministratorAccess",
     {{true, "iam:CreateUser", kUser}, {true, "organizations:LeaveOrganization"}, {true, "rds:DeleteDBCluster", kCluster},
      {true, "nothing:AtAll"}}},
    // "View billing information, set up payments, and authorize payments."
    {"Billing",
     {{true, "ce:GetCostAndUsage"}, {true, "budgets:ModifyBudget"}, {true, "cur:DescribeReportDefinitions"},
      {false, "ec2:DescribeInstances"}, {false, "iam:CreateUser", kUser}}},
    // "Create, configure, and maintain databases": DynamoDB, ElastiCache, Amazon RDS, Amazon Redshift, and what supports them.
    {"DatabaseAdministrator",
     {{true, "rds:DeleteDBCluster", kCluster}, {true, "dynamodb:CreateTable", kTable}, {true, "elasticache:CreateCacheCluster"},
      {true, "redshift:CreateCluster"}, {true, "cloudwatch:PutMetricAlarm"}, {true, "ec2:DescribeSecurityGroups"},
      {true, "iam:PassRole", "arn:aws:iam::111122223333:role/rds-monitoring-role"},
      {false, "iam:PassRole", "arn:aws:iam::111122223333:role/admin"}, {false, "iam:CreateUser", kUser},
      {false, "ec2:TerminateInstances", "arn:aws:ec2:eu-west-1:111122223333:instance/i"}}},
    // "Run Hadoop queries, primarily against EMR, and access and analyze information for business intelligence."
    {"DataScientist",
     {{true, "elasticmapreduce:RunJobFlow"}, {true, "machinelearning:CreateMLModel"}, {true, "redshift:DescribeClusters"},
      {true, "sagemaker:CreateTrainingJob"}, {true, "s3:CreateBucket", "arn:aws:s3:::b"},
      {true, "iam:PassRole", "arn:aws:iam::111122223333:role/EMR_DefaultRole"},
      {false, "iam:PassRole", "arn:aws:iam::111122223333:role/admin"}, {false, "iam:CreateUser", kUser},
      {false, "organizations:LeaveOrganization"}}},
    // "Set up and maintain AWS network resources."
    {"NetworkAdministrator",
     {{true, "ec2:CreateVpc", "arn:aws:ec2:eu-west-1:111122223333:vpc/v"},
      {true, "ec2:AuthorizeSecurityGroupIngress", "arn:aws:ec2:eu-west-1:111122223333:security-group/s"},
      {true, "route53:ChangeResourceRecordSets", "arn:aws:route53:::hostedzone/z"}, {true, "elasticloadbalancing:CreateLoadBalancer"},
      {true, "directconnect:CreateConnection"},
      {false, "ec2:RunInstances", "arn:aws:ec2:eu-west-1:111122223333:instance/*"}, {false, "iam:CreateUser", kUser},
      {false, "rds:CreateDBCluster", kCluster}}},
    // "Application development tasks": every service but IAM, Organizations and account management.
    {"PowerUserAccess",
     {{true, "rds:CreateDBCluster", kCluster}, {true, "s3:GetObject", kObject}, {true, "iam:ListRoles"},
      {true, "iam:CreateServiceLinkedRole", "arn:aws:iam::111122223333:role/aws-service-role/x/y"},
      {true, "organizations:DescribeOrganization"}, {true, "account:ListRegions"}, {false, "iam:CreateUser", kUser},
      {false, "iam:PassRole", "arn:aws:iam::111122223333:role/admin"}, {false, "organizations:LeaveOrganization"},
      {false, "account:CloseAccount"}}},
    // "View configuration data about many AWS services and review their logs"; not the data in them.
    {"SecurityAudit",
     {{true, "iam:GetCredentialReport"}, {true, "iam:ListUsers"}, {true, "ec2:DescribeSecurityGroups"},
      {true, "s3:GetBucketPolicy", "arn:aws:s3:::b"}, {true, "rds:DescribeDBClusters", kCluster},
      {true, "cloudtrail:DescribeTrails"}, {false, "s3:GetObject", kObject}, {false, "dynamodb:GetItem", kTable},
      {false, "iam:CreateUser", kUser}, {false, "ec2:RevokeSecurityGroupIngress"}}},
    // "Contact AWS Support, create support cases, and view the status of existing cases", and see what runs.
    {"SupportUser",
     {{true, "support:CreateCase"}, {true, "ec2:DescribeInstances"}, {true, "rds:DescribeDBInstances"},
      {false, "ec2:StopInstances", "arn:aws:ec2:eu-west-1:111122223333:instance/i"}, {false, "iam:CreateUser", kUser},
      {false, "s3:GetObject", kObject}, {false, "rds:DeleteDBCluster", kCluster}}},
    // "Set up and maintain resources for development operations."
    {"SystemAdministrator",
     {{true, "cloudwatch:PutMetricAlarm"}, {true, "ec2:CreateVolume", "arn:aws:ec2:eu-west-1:111122223333:volume/*"},
      {true, "ec2:DescribeInstances"}, {true, "logs:CreateLogGroup"}, {true, "sns:Publish"}, {true, "cloudtrail:DescribeTrails"},
      {true, "iam:PassRole", "arn:aws:iam::111122223333:role/ec2-sysadmin-x"},
      {false, "iam:PassRole", "arn:aws:iam::111122223333:role/admin"}, {false, "iam:CreateUser", kUser},
      {false, "dynamodb:PutItem", kTable}}},
    // "View a list of AWS resources and basic metadata in the account across all services"; no content.
    {"ViewOnlyAccess",
     {{true, "ec2:DescribeInstances"}, {true, "s3:ListAllMyBuckets"}, {true, "iam:ListUsers"}, {true, "rds:DescribeDBClusters"},
      {true, "dynamodb:ListTables"}, {false, "s3:GetObject", kObject}, {false, "dynamodb:GetItem", kTable},
      {false, "iam:CreateUser", kUser}, {false, "ec2:StopInstances", "arn:aws:ec2:eu-west-1:111122223333:instance/i"}}},
    // "Read-only access to all AWS resources", content included.
    {"ReadOnlyAccess",
     {{true, "s3:GetObject", kObject}, {true, "dynamodb:GetItem", kTable}, {true, "ec2:DescribeInstances"},
      {true, "iam:GetUser", kUser}, {false, "s3:PutObject", kObject}, {false, "dynamodb:DeleteItem", kTable},
      {false, "iam:CreateUser", kUser}, {false, "ec2:StopInstances", "arn:aws:ec2:eu-west-1:111122223333:instance/i"}}},
};

TEST(JobFunctions, LetDoWhatTheirPageSays) {
  for (const JobFunction& job : job_functions) {
    const std::string_view document = questions::managed_policy(job.name);
    ASSERT_FALSE(document.empty()) << job.name;
    for (const Question& question : job.asked) {
      EXPECT_EQ(questions::may(document, question), question.allowed) << job.name << ": " << questions::describe(question);
    }
  }
}

}  // namespace
