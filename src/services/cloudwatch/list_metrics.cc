// ListMetrics: which series there are.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "api/kit/built_value.h"
#include "api/kit/listing.h"
#include "api/kit/row.h"
#include "model/cloudwatch/ListMetrics.h"
#include "model/cloudwatch/service.h"
#include "services/cloudwatch/operations.h"
#include "services/cloudwatch/statistics.h"

namespace haar::cloudwatch {
namespace {

using api::Call;

constexpr std::size_t metrics_max = 500;  // of a page
constexpr std::int64_t recently_seconds = 3 * 3600;

constexpr api::PageRules page_rules{
    .service = "cloudwatch",
    .bad_token = [] { return errors::InvalidParameterValue("The NextToken is not one of this request."); }};

bool has(const fleet::FigureName& name, const DimensionFilter& filter) {
  return std::ranges::any_of(name.dimensions, [&](const auto& one) {
    return one.first == filter.Name && (!filter.Value || *filter.Value == one.second);
  });
}

bool is_asked(const fleet::Figures::Known& known, const ListMetricsInput& in, std::int64_t now) {
  const fleet::FigureName& name = known.name;
  if (in.Namespace && *in.Namespace != name.space) return false;
  if (in.MetricName && *in.MetricName != name.metric) return false;
  if (in.RecentlyActive && known.last < now - recently_seconds) return false;
  return !in.Dimensions || std::ranges::all_of(*in.Dimensions, [&](const DimensionFilter& filter) { return has(name, filter); });
}

std::string place_of(const fleet::Figures::Known& known) {
  std::string out = known.name.space + "\n" + known.name.metric;
  for (const auto& [name, value] : known.name.dimensions) out += "\n" + name + "\n" + value;
  return out;
}

Metric to_metric(const fleet::FigureName& name) {
  Metric out;
  out.Namespace = name.space;
  out.MetricName = name.metric;
  out.Dimensions.emplace();
  for (const auto& [key, value] : name.dimensions) out.Dimensions->push_back({key, value});
  return out;
}

Result<ListMetricsOutput> list_metrics(Call& call, const ListMetricsInput& in) {
  if (in.IncludeLinkedAccounts.value_or(false)) return not_implemented("Metrics of other accounts are");
  TRY(api::require_built_value("The value of RecentlyActive", in.RecentlyActive, "PT3H"));
  std::string listing = fmt::format("ListMetrics {} {} {}", in.Namespace.value_or(""), in.MetricName.value_or(""),
                                    in.RecentlyActive.value_or(""));
  for (const DimensionFilter& filter : in.Dimensions.value_or(std::vector<DimensionFilter>()))
    listing += fmt::format(" {}={}", filter.Name, filter.Value.value_or(""));
  api::Page page = TRY(api::Page::open(call, page_rules, listing, in.NextToken, metrics_max));
  const fleet::Figures* figures = call.env.find_part<fleet::Figures>();
  const std::vector<fleet::Figures::Known> all =
      figures == nullptr ? std::vector<fleet::Figures::Known>() : figures->names(call.account(), call.region());
  ListMetricsOutput out;
  out.Metrics.emplace();
  api::list_page(
      page, all, place_of, [&](const fleet::Figures::Known& one) { return is_asked(one, in, call.now().seconds()); },
      [&](const fleet::Figures::Known& one) { out.Metrics->push_back(to_metric(one.name)); });
  page.close(out);
  return out;
}

}  // namespace

const api::Operations& list_metrics_operations() {
  static const api::Operations rows = {
      api::op<ops::ListMetrics>(list_metrics, api::any_resource, api::read_only,
          api::takes("Namespace MetricName Dimensions NextToken RecentlyActive IncludeLinkedAccounts")),
  };
  return rows;
}

}  // namespace haar::cloudwatch
