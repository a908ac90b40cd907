#include "services/cloudtrail/delivery/trail_kind.h"

#include <algorithm>

#include "events/arrivals.h"
#include "services/cloudtrail/delivery/trail_plan.h"

namespace haar::cloudtrail {

std::vector<store::Key> left_behind(const store::Reader& reader, const store::Key& trail) {
  const TrailRecord* living = reader.get(trails, trail);
  std::vector<store::Key> out;
  for (const auto& [key, state] : reader.scan(trail_states, store::prefix_of(trail.account(), trail.region()))) {
    if (state.name == trail.part(2) && (living == nullptr || living->id != key.part(2))) out.push_back(key);
  }
  return out;
}

// Numbers of blocks go on beyond those that trails have seen, whatever the machine's clock says now.
TrailKind::TrailKind(const fleet::Host& host) : host_(host), delivery_(host) {
  const store::Reader reader(host.db.snapshot());
  for (const auto& [key, state] : reader.scan(trail_states, {}))
    events::continue_after(std::max(state.position, state.cut));
}

std::vector<store::Key> TrailKind::list(const store::Reader& reader) const {
  std::vector<store::Key> keys;
  for (const auto& [key, trail] : reader.scan(trails, {})) keys.push_back(key);
  for (const auto& [key, state] : reader.scan(trail_states, {})) {
    const store::Key trail = store::key_of(key.account(), key.region(), state.name);
    if (reader.get(trails, trail) == nullptr) keys.push_back(trail);
  }
  return keys;
}

std::optional<store::Key> TrailKind::concerned(const store::Reader&, const store::Changed& change) const {
  return change.space == trails.name() ? std::optional(change.key) : std::nullopt;
}

fleet::Plan TrailKind::plan(const store::Key& key) {
  const store::Reader reader(host_.db.snapshot());
  fleet::Plan out;
  if (!left_behind(reader, key).empty()) out.actions.push_back({"forget", [this, key] { return delivery_.forget(key); }, ""});
  const TrailRecord* trail = reader.get(trails, key);
  if (trail == nullptr) return out;
  const TrailStateRecord* state = reader.get(trail_states, store::key_of(key.account(), key.region(), trail->id));
  const TrailStep step = next_step(*trail, state, host_.env.clock.now());
  switch (step) {
    case TrailStep::none: return out;
    case TrailStep::begin: out.actions.push_back({step_name(step), [this, key] { return delivery_.begin(key); }, ""}); break;
    case TrailStep::deliver: out.actions.push_back({step_name(step), [this, key] { return delivery_.deliver(key); }, ""}); break;
    case TrailStep::digest: out.actions.push_back({step_name(step), [this, key] { return delivery_.digest(key); }, ""}); break;
  }
  // A digest may be due after the delivery, and one after the other.
  out.look_again = fleet::Delay(0);
  return out;
}

// GetTrailStatus tells the code, as S3 would have said it; the message may name folders of the operator's.
int TrailKind::note_failure(const store::Key& key, const fleet::Action& action, const Error& error) {
  int failures = 1;
  [[maybe_unused]] const Result<void> noted = delivery_.transact([&](store::Txn& txn) {
    const TrailRecord* trail = txn.get(trails, key);
    if (trail == nullptr) return;
    const store::Key place = store::key_of(key.account(), key.region(), trail->id);
    const TrailStateRecord* found = txn.get(trail_states, place);
    if (found == nullptr) return;
    TrailStateRecord state = *found;
    failures = ++state.failures;
    state.attempted_at = host_.env.clock.now();
    (action.name == step_name(TrailStep::digest) ? state.digest_error : state.delivery_error) = error.code;
    txn.put(trail_states, place, std::move(state));
  });
  return failures;
}

}  // namespace haar::cloudtrail
