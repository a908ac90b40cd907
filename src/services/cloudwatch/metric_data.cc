// GetMetricData: many series at once. Expressions (metric math, Metrics Insights) are refused by name.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>

#include "api/kit/paging.h"
#include "api/kit/row.h"
#include "model/cloudwatch/GetMetricData.h"
#include "model/cloudwatch/service.h"
#include "services/cloudwatch/operations.h"
#include "services/cloudwatch/statistics.h"

namespace haar::cloudwatch {
namespace {

using api::Call;

constexpr std::size_t queries_max = 500;
constexpr std::int32_t points_max = 100'800;  // of an answer

constexpr api::PageRules page_rules{
    .service = "cloudwatch",
    .items_default = points_max,
    .items_min = 1,
    .items_max = points_max,
    .bad_size =
        [](std::int32_t, const api::PageRules& rules) {
          return errors::InvalidParameterValue(fmt::format("MaxDatapoints must be between 1 and {}.", rules.items_max));
        },
    .bad_token = [] { return errors::InvalidNextToken("The NextToken is not one of this request."); }};

// "The first character must be a lowercase letter", and then letters, digits and underscores.
bool is_id(std::string_view id) {
  const auto is_part = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !id.empty() && id[0] >= 'a' && id[0] <= 'z' && std::ranges::all_of(id, is_part);
}

// AWS's texts could not be found.
Result<void> check_query(const Call& call, const MetricDataQuery& query) {
  if (!is_id(query.Id))
    return errors::InvalidParameterValue(
        fmt::format("The value {} for parameter MetricDataQueries.Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.",
                    query.Id.substr(0, 255)));
  if (query.Expression) return not_implemented("Expressions of metrics (metric math, Metrics Insights) are");
  if (query.AccountId && *query.AccountId != call.account().value) return not_implemented("Metrics of other accounts are");
  if (!query.MetricStat)
    return errors::InvalidParameterCombination("Each query must have either a MetricStat or an Expression.");
  if (!query.MetricStat->Metric.Namespace || !query.MetricStat->Metric.MetricName)
    return errors::InvalidParameterValue("The parameters Namespace and MetricName of a metric are required.");
  TRY(check_period(query.MetricStat->Period));
  return check_statistic(query.MetricStat->Stat);
}

Result<void> check_request(const Call& call, const GetMetricDataInput& in) {
  if (in.MetricDataQueries.empty() || in.MetricDataQueries.size() > queries_max)
    return errors::InvalidParameterValue(fmt::format("There must be between 1 and {} MetricDataQueries.", queries_max));
  if (in.StartTime >= in.EndTime)
    return errors::InvalidParameterCombination("The parameter StartTime must be less than the parameter EndTime.");
  std::set<std::string> ids;
  for (const MetricDataQuery& query : in.MetricDataQueries) {
    TRY(check_query(call, query));
    if (!ids.insert(query.Id).second)
      return errors::InvalidParameterValue(fmt::format("The id {} is used by more than one query.", query.Id));
  }
  return {};
}

// The points of one query that the page has room for. False: there is more.
bool add_points(const Call& call, const GetMetricDataInput& in, std::size_t number, api::Page& page, MetricDataResult& out) {
  const MetricDataQuery& query = in.MetricDataQueries[number];
  const MetricStat& stat = *query.MetricStat;
  Points found = points_of(call, name_of(call, *stat.Metric.Namespace, *stat.Metric.MetricName, stat.Metric.Dimensions),
                           stat.Period, in.StartTime, in.EndTime, stat.Unit);
  if (in.ScanBy.value_or("TimestampDescending") == "TimestampDescending") std::ranges::reverse(found.points);
  for (std::size_t i = 0; i < found.points.size(); ++i) {
    const std::string place = fmt::format("{:06}/{:06}", number, i);
    if (page.before(place)) continue;
    if (!page.take(place)) return false;
    out.Timestamps->push_back(Timestamp::from_seconds(found.points[i].at));
    out.Values->push_back(value_of(found.points[i], stat.Stat));
  }
  return true;
}

Result<GetMetricDataOutput> get_metric_data(Call& call, const GetMetricDataInput& in) {
  TRY(check_request(call, in));
  const std::size_t size = TRY(api::page_size(page_rules, in.MaxDatapoints));
  std::string listing = fmt::format("GetMetricData {} {} {}", in.StartTime.micros, in.EndTime.micros, in.ScanBy.value_or(""));
  for (const MetricDataQuery& query : in.MetricDataQueries)
    listing += fmt::format(" {} {} {}", query.Id, *query.MetricStat->Metric.MetricName, query.MetricStat->Period);
  api::Page page = TRY(api::Page::open(call, page_rules, listing, in.NextToken, size));
  GetMetricDataOutput out;
  out.MetricDataResults.emplace();
  bool whole = true;
  for (std::size_t number = 0; number < in.MetricDataQueries.size() && whole; ++number) {
    const MetricDataQuery& query = in.MetricDataQueries[number];
    MetricDataResult result;
    result.Id = query.Id;
    result.Label = query.Label.value_or(*query.MetricStat->Metric.MetricName);
    result.Timestamps.emplace();
    result.Values.emplace();
    whole = !query.ReturnData.value_or(true) || add_points(call, in, number, page, result);
    result.StatusCode = whole ? "Complete" : "PartialData";
    if (query.ReturnData.value_or(true)) out.MetricDataResults->push_back(std::move(result));
  }
  page.close(out);
  return out;
}

}  // namespace

const api::Operations& metric_data_operations() {
  static const api::Operations rows = {
      api::op<ops::GetMetricData>(get_metric_data, api::any_resource, api::read_only,
          api::takes("MetricDataQueries StartTime EndTime NextToken ScanBy MaxDatapoints"),
          api::without_effect("LabelOptions", "no label here holds a time")),
  };
  return rows;
}

}  // namespace haar::cloudwatch
