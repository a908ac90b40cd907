#include "services/cloudwatch/statistics.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "model/cloudwatch/service.h"

namespace haar::cloudwatch {
namespace {

constexpr std::string_view built[] = {"SampleCount", "Average", "Sum", "Minimum", "Maximum"};
constexpr std::int32_t short_periods[] = {1, 5, 10, 20, 30};

}  // namespace

Error not_implemented(std::string_view what) {
  return {"NotImplemented", fmt::format("{} not implemented by haar.", what), 501, Fault::receiver};
}

fleet::FigureName name_of(const api::Call& call, const std::string& space, const std::string& metric,
                           const Dimensions& dimensions) {
  fleet::FigureName out{call.account(), call.region(), space, metric, {}};
  for (const Dimension& one : dimensions.value_or(std::vector<Dimension>())) out.dimensions.emplace_back(one.Name, one.Value);
  std::ranges::sort(out.dimensions);
  return out;
}

// AWS's text could not be found.
Result<void> check_period(std::int32_t period) {
  const bool is_short = std::ranges::find(short_periods, period) != std::end(short_periods);
  if (is_short || (period > 0 && period % 60 == 0)) return {};
  return errors::InvalidParameterValue("The parameter Period must be 1, 5, 10, 20, 30, or a multiple of 60.");
}

Result<void> check_statistic(const std::string& statistic) {
  if (std::ranges::find(built, statistic) != std::end(built)) return {};
  return not_implemented(fmt::format("The statistic {} is", statistic.substr(0, 64)));
}

double value_of(const fleet::Figure& figure, std::string_view statistic) {
  if (statistic == "SampleCount") return static_cast<double>(figure.count);
  if (statistic == "Sum") return figure.sum;
  if (statistic == "Minimum") return figure.least;
  if (statistic == "Maximum") return figure.most;
  return figure.count == 0 ? 0 : figure.sum / static_cast<double>(figure.count);
}

Points points_of(const api::Call& call, const fleet::FigureName& name, std::int64_t period, Timestamp from, Timestamp to,
                 const std::optional<std::string>& unit) {
  Points out;
  const fleet::Figures* figures = call.env.find_part<fleet::Figures>();
  const std::optional<fleet::Figures::Series> series = figures == nullptr ? std::nullopt : figures->read(name);
  if (!series || (unit && *unit != series->unit)) return out;
  out.unit = series->unit;
  const std::int64_t whole = std::max(period, fleet::minute_seconds);
  const std::int64_t begin = from.seconds() / fleet::minute_seconds * fleet::minute_seconds;
  out.points = fleet::in_periods(series->points, whole, begin, to.seconds());
  return out;
}

}  // namespace haar::cloudwatch
