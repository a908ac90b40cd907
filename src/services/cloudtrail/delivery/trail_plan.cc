#include "services/cloudtrail/delivery/trail_plan.h"

#include <algorithm>

namespace haar::cloudtrail {
namespace {

bool makes_digests(const TrailRecord& trail) { return trail.validation && trail.validates_since != Timestamp{}; }

// The end of the digest before, or when digests began.
Timestamp digest_start(const TrailRecord& trail, const TrailStateRecord& state) {
  return std::max(trail.validates_since, state.digest_end);
}

// After the trail has stopped, the last hour has its digest too.
bool has_digest_due(const TrailRecord& trail, const TrailStateRecord& state) {
  return makes_digests(trail) && (trail.logging || digest_start(trail, state) <= trail.stopped_at);
}

}  // namespace

std::string_view step_name(TrailStep step) {
  switch (step) {
    case TrailStep::none: return "none";
    case TrailStep::begin: return "begin";
    case TrailStep::deliver: return "deliver";
    case TrailStep::digest: return "digest";
  }
  return "?";
}

bool is_active(const TrailRecord& trail, const TrailStateRecord* state) {
  if (trail.logging) return true;
  if (trail.intervals.empty()) return false;
  return state == nullptr || state->cut != 0 || state->through <= trail.intervals.back().to;
}

TrailStep next_step(const TrailRecord& trail, const TrailStateRecord* state, Timestamp now) {
  if (state == nullptr) return is_active(trail, state) ? TrailStep::begin : TrailStep::none;
  if (state->cut != 0 || (is_active(trail, state) && now >= state->next_delivery)) return TrailStep::deliver;
  if (has_digest_due(trail, *state) && now >= digest_due(trail, *state)) return TrailStep::digest;
  return TrailStep::none;
}

std::optional<Timestamp> next_look(const TrailRecord& trail, const TrailStateRecord& state) {
  const bool active = is_active(trail, &state), digests = has_digest_due(trail, state);
  if (active && digests) return std::min(state.next_delivery, digest_due(trail, state));
  if (active) return state.next_delivery;
  return digests ? std::optional(digest_due(trail, state)) : std::nullopt;
}

Timestamp digest_due(const TrailRecord& trail, const TrailStateRecord& state) {
  return digest_start(trail, state).plus_seconds(digest_seconds);
}

DigestSpan next_digest(const TrailRecord& trail, const TrailStateRecord& state, Timestamp now) {
  DigestSpan out{digest_start(trail, state), digest_due(trail, state)};
  const std::int64_t late = (now.seconds() - out.end.seconds()) / digest_seconds;
  if (late > late_digests_max) out.end = out.end.plus_seconds(late * digest_seconds);
  return out;
}

}  // namespace haar::cloudtrail
