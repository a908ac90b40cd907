// GetMetricStatistics: one series.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "api/kit/row.h"
#include "model/cloudwatch/service.h"
#include "services/cloudwatch/operations.h"
#include "services/cloudwatch/statistics.h"

namespace haar::cloudwatch {
namespace {

using api::Call;

constexpr std::int64_t points_max = 1'440;

Result<void> check_request(const GetMetricStatisticsInput& in) {
  if (in.StartTime >= in.EndTime)
    return errors::InvalidParameterCombination("The parameter StartTime must be less than the parameter EndTime.");
  TRY(check_period(in.Period));
  if (in.ExtendedStatistics && !in.ExtendedStatistics->empty()) TRY(check_statistic(in.ExtendedStatistics->front()));
  if (!in.Statistics || in.Statistics->empty())
    return errors::MissingParameter("Must specify either Statistics or ExtendedStatistics");
  for (const std::string& statistic : *in.Statistics) TRY(check_statistic(statistic));
  const std::int64_t asked = (in.EndTime.seconds() - in.StartTime.seconds()) / in.Period;
  if (asked > points_max) {
    return errors::InvalidParameterCombination(
        fmt::format("You have requested up to {} datapoints, which exceeds the limit of {}. You may reduce the datapoints "
                    "requested by increasing Period, or decreasing the time range.",
                    asked, points_max));
  }
  return {};
}

Datapoint to_point(const fleet::Figure& figure, const GetMetricStatisticsInput& in, const std::string& unit) {
  Datapoint out;
  out.Timestamp = Timestamp::from_seconds(figure.at);
  out.Unit = unit;
  for (const std::string& statistic : *in.Statistics) {
    const double value = value_of(figure, statistic);
    if (statistic == "SampleCount") out.SampleCount = value;
    else if (statistic == "Average") out.Average = value;
    else if (statistic == "Sum") out.Sum = value;
    else if (statistic == "Minimum") out.Minimum = value;
    else out.Maximum = value;
  }
  return out;
}

Result<GetMetricStatisticsOutput> get_statistics(Call& call, const GetMetricStatisticsInput& in) {
  TRY(check_request(in));
  const Points found = points_of(call, name_of(call, in.Namespace, in.MetricName, in.Dimensions), in.Period, in.StartTime,
                                 in.EndTime, in.Unit);
  GetMetricStatisticsOutput out;
  out.Label = in.MetricName;
  out.Datapoints.emplace();
  for (const fleet::Figure& figure : found.points) out.Datapoints->push_back(to_point(figure, in, found.unit));
  return out;
}

}  // namespace

const api::Operations& metric_statistics_operations() {
  static const api::Operations rows = {
      api::op<ops::GetMetricStatistics>(get_statistics, api::any_resource, api::read_only,
          api::takes("Namespace MetricName Dimensions StartTime EndTime Period Statistics ExtendedStatistics Unit")),
  };
  return rows;
}

}  // namespace haar::cloudwatch
