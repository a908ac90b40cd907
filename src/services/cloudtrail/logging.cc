// StartLogging, StopLogging, GetTrailStatus.
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrailStatus.html
#include "events/blocks.h"
#include "model/cloudtrail/GetTrailStatus.h"
#include "model/cloudtrail/StartLogging.h"
#include "model/cloudtrail/StopLogging.h"
#include "services/cloudtrail/operations.h"
#include "services/cloudtrail/trail_lookup.h"

namespace haar::cloudtrail {
namespace {

using api::Call;

// Of which a trail remembers when it logged, for events that are not delivered yet.
constexpr std::size_t intervals_max = 16;

Result<StartLoggingResponse> start_logging(Call& call, const StartLoggingRequest& in) {
  const Place place = TRY(require_own_trail(call, in.Name));
  if (place.record->logging) return StartLoggingResponse{};
  TrailRecord trail = *place.record;
  trail.logging = true;
  trail.started_at = call.now();
  if (trail.first_sequence == 0) trail.first_sequence = events::next_sequence();
  if (trail.intervals.size() == intervals_max) trail.intervals.erase(trail.intervals.begin());
  trail.intervals.push_back({call.now(), {}});
  if (trail.validation) trail.validates_since = call.now();
  call.txn.put(trails, trail_key(place), std::move(trail));
  return StartLoggingResponse{};
}

Result<StopLoggingResponse> stop_logging(Call& call, const StopLoggingRequest& in) {
  const Place place = TRY(require_own_trail(call, in.Name));
  if (!place.record->logging) return StopLoggingResponse{};
  TrailRecord trail = *place.record;
  trail.logging = false;
  trail.stopped_at = call.now();
  if (!trail.intervals.empty()) trail.intervals.back().to = call.now();
  call.txn.put(trails, trail_key(place), std::move(trail));
  return StopLoggingResponse{};
}

std::string text_of(Timestamp time) { return time == Timestamp{} ? std::string() : format_iso8601(time); }

void show(const TrailStateRecord& state, GetTrailStatusResponse& out) {
  if (!state.delivery_error.empty()) out.LatestDeliveryError = state.delivery_error;
  if (!state.digest_error.empty()) out.LatestDigestDeliveryError = state.digest_error;
  if (state.delivered_at != Timestamp{}) out.LatestDeliveryTime = state.delivered_at;
  if (state.digest_at != Timestamp{}) out.LatestDigestDeliveryTime = state.digest_at;
  out.LatestDeliveryAttemptTime = text_of(state.attempted_at);
  out.LatestDeliveryAttemptSucceeded = text_of(state.delivered_at);
}

Result<GetTrailStatusResponse> get_trail_status(Call& call, const GetTrailStatusRequest& in) {
  const Place place = TRY(require_trail(call, in.Name));
  const TrailRecord& trail = *place.record;
  GetTrailStatusResponse out;
  out.IsLogging = trail.logging;
  if (trail.started_at != Timestamp{}) out.StartLoggingTime = trail.started_at;
  if (trail.stopped_at != Timestamp{}) out.StopLoggingTime = trail.stopped_at;
  out.TimeLoggingStarted = text_of(trail.started_at);
  out.TimeLoggingStopped = text_of(trail.stopped_at);
  out.LatestNotificationAttemptTime = out.LatestNotificationAttemptSucceeded = "";
  out.LatestDeliveryAttemptTime = out.LatestDeliveryAttemptSucceeded = "";
  if (const TrailStateRecord* state = call.txn.get(trail_states, state_key(place, trail))) show(*state, out);
  return out;
}

void needs_start_logging(const Call& call, const StartLoggingRequest& in, api::Requirements& needs) {
  need_trail(call, in.Name, needs);
}
void needs_stop_logging(const Call& call, const StopLoggingRequest& in, api::Requirements& needs) {
  need_trail(call, in.Name, needs);
}
void needs_get_trail_status(const Call& call, const GetTrailStatusRequest& in, api::Requirements& needs) {
  need_trail(call, in.Name, needs);
}

}  // namespace

const api::Operations& logging_operations() {
  static const api::Operations rows = {
      api::op<ops::StartLogging>(start_logging, api::on(needs_start_logging), api::takes("Name")),
      api::op<ops::StopLogging>(stop_logging, api::on(needs_stop_logging), api::takes("Name")),
      api::op<ops::GetTrailStatus>(get_trail_status, api::on(needs_get_trail_status), api::read_only, api::takes("Name")),
  };
  return rows;
}

}  // namespace haar::cloudtrail
