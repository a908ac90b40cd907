// GetComplianceSummary, StartReportCreation, DescribeReportCreation: the organization's resources against its tag policies.
// https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetComplianceSummary.html
// https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_StartReportCreation.html
// https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_DescribeReportCreation.html
#include "api/kit/organization.h"
#include "model/resourcegroupstaggingapi/DescribeReportCreation.h"
#include "model/resourcegroupstaggingapi/GetComplianceSummary.h"
#include "model/resourcegroupstaggingapi/StartReportCreation.h"
#include "model/resourcegroupstaggingapi/service.h"
#include "services/tagging/operations.h"

namespace haar::tagging {
namespace {

namespace model = resourcegroupstaggingapi;
using api::Call;
using model::errors::ConstraintViolationException;

// "You can call this operation only from the organization's management account and from the us-east-1 Region."
constexpr std::string_view home_region = "us-east-1";
constexpr std::string_view tag_policies_service = "tagpolicies.tag.amazonaws.com";

// The pages name ConstraintViolationException and these reasons for it; the texts themselves were not found.
Result<void> check_caller(const Call& call) {
  const auto place = call.env.organizations == nullptr ? nullptr : call.env.organizations->find(call.txn, call.account());
  if (!place || !place->management || call.region().value != home_region) {
    return ConstraintViolationException(
        "This operation can be called only from the management account of an organization and from the us-east-1 Region.");
  }
  if (!place->trusted_services.contains(std::string(tag_policies_service))) {
    return ConstraintViolationException(
        "Trusted access of tagpolicies.tag.amazonaws.com must be enabled in the organization (EnableAWSServiceAccess).");
  }
  return {};
}

// Organizations refuses to make tag policies, so none is ever attached.
Error no_tag_policy() {
  return ConstraintViolationException("A tag policy must be attached to the organization's root, an OU or an account.");
}

Result<model::GetComplianceSummaryOutput> get_compliance_summary(Call& call, const model::GetComplianceSummaryInput&) {
  TRY(check_caller(call));
  return no_tag_policy();
}

// What comes before a report is refused, so no bucket is ever looked for.
Result<model::StartReportCreationOutput> start_report_creation(Call& call, const model::StartReportCreationInput&) {
  TRY(check_caller(call));
  return no_tag_policy();
}

Result<model::DescribeReportCreationOutput> describe_report_creation(Call& call, const model::DescribeReportCreationInput&) {
  TRY(check_caller(call));
  model::DescribeReportCreationOutput out;
  out.Status = "NO REPORT";  // "No report was generated in the last 90 days."
  return out;
}

constexpr std::string_view refused_first = "the call is refused for want of a tag policy";

}  // namespace

const api::Operations& compliance_operations() {
  static const api::Operations rows = {
      api::op<model::ops::GetComplianceSummary>(get_compliance_summary, api::any_resource, api::read_only,
          api::without_effect("TargetIdFilters", refused_first), api::without_effect("RegionFilters", refused_first),
          api::without_effect("ResourceTypeFilters", refused_first),
          api::without_effect("TagKeyFilters", refused_first), api::without_effect("GroupBy", refused_first),
          api::without_effect("MaxResults", refused_first), api::without_effect("PaginationToken", refused_first)),
      api::op<model::ops::StartReportCreation>(start_report_creation, api::any_resource,
          api::without_effect("S3Bucket", refused_first)),
      api::op<model::ops::DescribeReportCreation>(describe_report_creation, api::any_resource, api::read_only),
  };
  return rows;
}

}  // namespace haar::tagging
