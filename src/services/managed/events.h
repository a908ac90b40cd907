// What DescribeEvents of rds and elasticache share: how long and how many events are kept, and which times are asked for.
// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeEvents.html
#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/kit/call.h"
#include "base/clock.h"
#include "base/ids.h"
#include "store/space.h"

namespace haar::managed {

inline constexpr std::int64_t events_kept_seconds = 14 * 24 * 3600;
// Of an account in a region; then the oldest go, however young.
inline constexpr std::size_t events_kept_max = 5'000;
inline constexpr std::size_t events_swept_at_once = 20;

// Writes an event under its time, two of one moment told apart by chance; a few of the oldest go that are over, or too many.
template <class Record>
void keep_event(api::Call& call, const store::KeySpace<Record>& events, Record event) {
  const store::Key here = store::prefix_of(call.account(), call.region());
  const bool full = call.txn.count(events, here) >= events_kept_max;
  const Timestamp oldest = call.now().plus_seconds(-events_kept_seconds);
  std::vector<store::Key> over;
  for (const auto& [key, one] : call.txn.scan(events, here)) {
    if (over.size() == events_swept_at_once || (one.at > oldest && !(full && over.empty()))) break;
    over.push_back(key);
  }
  for (const store::Key& key : over) call.txn.erase(events, key);
  event.at = call.now();
  const store::Key key = call.key(fmt::format("{:020}", event.at.micros), random_text(call.random(), alphabet_lower_alnum, 8));
  call.txn.put(events, key, std::move(event));
}

struct EventSpan {
  Timestamp from, to;
  [[nodiscard]] bool has(Timestamp at) const { return at >= from && at <= to; }
};

// The last hour unless something else is said. `bad_value`, `bad_combination`: the service's InvalidParameterValue and
// InvalidParameterCombination.
template <Error (*bad_value)(std::string message), Error (*bad_combination)(std::string message), class Input>
Result<EventSpan> event_span(const api::Call& call, const Input& in) {
  constexpr std::int64_t default_minutes = 60, minutes_max = 14 * 24 * 60;
  const std::int64_t minutes = in.Duration.value_or(default_minutes);
  if (minutes < 1 || minutes > minutes_max)
    return bad_value(fmt::format("Invalid duration: {}. Must be between 1 and {}.", minutes, minutes_max));
  if (in.SourceIdentifier && !in.SourceType)
    return bad_combination("SourceType must be provided when SourceIdentifier is specified.");
  EventSpan out;
  out.to = in.EndTime.value_or(call.now());
  out.from = in.StartTime ? *in.StartTime : out.to.plus_seconds(-60 * minutes);
  if (in.StartTime && in.Duration && !in.EndTime) out.to = in.StartTime->plus_seconds(60 * minutes);
  if (out.from > out.to) return bad_combination("The start time must not be later than the end time.");
  return out;
}

}  // namespace haar::managed
