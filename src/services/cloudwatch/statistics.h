// What GetMetricData and GetMetricStatistics share: the name of a metric, its statistics, its points.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/kit/call.h"
#include "fleet/figures.h"
#include "model/cloudwatch/GetMetricStatistics.h"

namespace haar::cloudwatch {

using Dimensions = std::optional<std::vector<Dimension>>;

// The series of this name in the call's account and region.
fleet::FigureName name_of(const api::Call& call, const std::string& space, const std::string& metric,
                           const Dimensions& dimensions);

// A multiple of a minute, or 1, 5, 10, 20 or 30 seconds, for which haar has one point a minute as well.
Result<void> check_period(std::int32_t period);
// "Average", "Sum", "Minimum", "Maximum", "SampleCount". Percentiles and the like, which would need every single value, are
// NotImplemented.
Result<void> check_statistic(const std::string& statistic);
double value_of(const fleet::Figure& figure, std::string_view statistic);

struct Points {
  std::string unit;
  std::vector<fleet::Figure> points;  // in the order of their times
};
// From `from`, rounded down to a minute, until before `to`. None of another unit than the one asked for.
Points points_of(const api::Call& call, const fleet::FigureName& name, std::int64_t period, Timestamp from, Timestamp to,
                 const std::optional<std::string>& unit);

Error not_implemented(std::string_view what);

}  // namespace haar::cloudwatch
