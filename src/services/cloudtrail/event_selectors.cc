// PutEventSelectors, GetEventSelectors, GetInsightSelectors. PutInsightSelectors answers NotImplemented: haar derives no
// Insights events.
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html
#include "services/cloudtrail/selectors.h"

#include <fmt/format.h>

#include "model/cloudtrail/GetEventSelectors.h"
#include "model/cloudtrail/GetInsightSelectors.h"
#include "model/cloudtrail/PutEventSelectors.h"
#include "model/cloudtrail/service.h"
#include "services/cloudtrail/operations.h"
#include "services/cloudtrail/trail_lookup.h"

namespace haar::cloudtrail {
namespace {

using api::Call;

template <class Output>
Output shown(const Call& call, const Place& place, const TrailRecord& trail) {
  Output out;
  out.TrailARN = trail_arn(call, place);
  static const std::vector<BasicSelector> everything{BasicSelector{}};
  if (!trail.advanced.empty()) out.AdvancedEventSelectors = show_selectors(trail.advanced);
  else out.EventSelectors = show_selectors(trail.selectors.empty() ? everything : trail.selectors);
  return out;
}

// AWS's text was not found.
Result<PutEventSelectorsResponse> put_event_selectors(Call& call, const PutEventSelectorsRequest& in) {
  const Place place = TRY(require_own_trail(call, in.TrailName));
  if (in.EventSelectors.has_value() == in.AdvancedEventSelectors.has_value())
    return errors::InvalidEventSelectorsException("Specify either EventSelectors or AdvancedEventSelectors.");
  TrailRecord trail = *place.record;
  trail.selectors.clear();
  trail.advanced.clear();
  if (in.EventSelectors) trail.selectors = TRY(read_selectors(*in.EventSelectors));
  else trail.advanced = TRY(read_selectors(*in.AdvancedEventSelectors));
  const auto out = shown<PutEventSelectorsResponse>(call, place, trail);
  call.txn.put(trails, trail_key(place), std::move(trail));
  return out;
}

Result<GetEventSelectorsResponse> get_event_selectors(Call& call, const GetEventSelectorsRequest& in) {
  const Place place = TRY(require_trail(call, in.TrailName));
  return shown<GetEventSelectorsResponse>(call, place, *place.record);
}

// No trail has Insights. The text is AWS's as clients report it.
Result<GetInsightSelectorsResponse> get_insight_selectors(Call& call, const GetInsightSelectorsRequest& in) {
  const Place place = TRY(require_trail(call, in.TrailName.value_or("")));
  return errors::InsightNotEnabledException(
      fmt::format("Trail {} does not have Insights enabled. Edit the trail settings to enable Insights, and then try the "
                  "operation again.", trail_arn(call, place)));
}

void needs_put_event_selectors(const Call& call, const PutEventSelectorsRequest& in, api::Requirements& needs) {
  need_trail(call, in.TrailName, needs);
}
void needs_get_event_selectors(const Call& call, const GetEventSelectorsRequest& in, api::Requirements& needs) {
  need_trail(call, in.TrailName, needs);
}
void needs_get_insight_selectors(const Call& call, const GetInsightSelectorsRequest& in, api::Requirements& needs) {
  need_trail(call, in.TrailName.value_or(""), needs);
}

}  // namespace

const api::Operations& event_selectors_operations() {
  static const api::Operations rows = {
      api::op<ops::PutEventSelectors>(put_event_selectors, api::on(needs_put_event_selectors),
          api::takes("TrailName EventSelectors AdvancedEventSelectors")),
      api::op<ops::GetEventSelectors>(get_event_selectors, api::on(needs_get_event_selectors), api::read_only,
          api::takes("TrailName")),
      api::op<ops::GetInsightSelectors>(get_insight_selectors, api::on(needs_get_insight_selectors), api::read_only,
          api::takes("TrailName")),
  };
  return rows;
}

}  // namespace haar::cloudtrail
