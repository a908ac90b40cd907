// DescribeEvents, and the events themselves.
#include "services/elasticache/events.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "api/kit/row.h"
#include "base/encoding.h"
#include "base/ids.h"
#include "model/elasticache/DescribeEvents.h"
#include "model/elasticache/service.h"
#include "services/elasticache/describe.h"
#include "services/elasticache/operations.h"
#include "services/elasticache/records.h"

namespace haar::elasticache {
namespace {

using api::Call;

constexpr std::int64_t kept_seconds = 14 * 24 * 3600;
// Of an account in a region; then the oldest go, however young.
constexpr std::size_t kept_max = 5'000;
constexpr std::size_t swept_at_once = 20;
constexpr std::int64_t default_minutes = 60, minutes_max = 14 * 24 * 60;

// AWS's SourceType; those that haar has no event of are asked for in vain.
constexpr std::array<std::string_view, 8> types{"cache-cluster", "replication-group", "cache-parameter-group",
                                                "cache-subnet-group", "cache-security-group", "serverless-cache", "user",
                                                "user-group"};

std::string_view type_of(EventSource source) { return types.at(static_cast<std::size_t>(source)); }

// The oldest that are over, or too many: a few with each new one.
void sweep(Call& call) {
  const store::Key here = store::prefix_of(call.account(), call.region());
  const bool full = call.txn.count(events, here) >= kept_max;
  const Timestamp oldest = call.now().plus_seconds(-kept_seconds);
  std::vector<store::Key> over;
  for (const auto& [key, event] : call.txn.scan(events, here)) {
    if (over.size() == swept_at_once || (event.at > oldest && !(full && over.empty()))) break;
    over.push_back(key);
  }
  for (const store::Key& key : over) call.txn.erase(events, key);
}

struct Span {
  Timestamp from, to;
};

// The last hour unless something else is said. AWS's texts for what cannot be were found on no page.
Result<Span> span_of(const Call& call, const DescribeEventsMessage& in) {
  const std::int64_t minutes = in.Duration.value_or(default_minutes);
  if (minutes < 1 || minutes > minutes_max)
    return errors::InvalidParameterValue(fmt::format("Invalid duration: {}. Must be between 1 and {}.", minutes, minutes_max));
  Span out;
  out.to = in.EndTime.value_or(call.now());
  out.from = in.StartTime ? *in.StartTime : out.to.plus_seconds(-60 * minutes);
  if (in.StartTime && in.Duration && !in.EndTime) out.to = in.StartTime->plus_seconds(60 * minutes);
  if (out.from > out.to) return errors::InvalidParameterCombination("The start time must not be later than the end time.");
  return out;
}

bool is_asked(const EventRecord& event, const DescribeEventsMessage& in, const Span& span) {
  if (event.at < span.from || event.at > span.to) return false;
  if (in.SourceType && event.source_type != *in.SourceType) return false;
  return !in.SourceIdentifier || event.source == to_lower(*in.SourceIdentifier);
}

Event to_event(const EventRecord& record) {
  Event out;
  out.SourceIdentifier = record.source;
  out.SourceType = record.source_type;
  out.Message = record.message;
  out.Date = record.at;
  return out;
}

Result<EventsMessage> describe_events(Call& call, const DescribeEventsMessage& in) {
  const std::size_t page = TRY(api::page_size(page_rules, in.MaxRecords));
  if (in.SourceType && std::ranges::find(types, *in.SourceType) == types.end())
    return errors::InvalidParameterValue(fmt::format("Invalid source type: {}", in.SourceType->substr(0, 64)));
  if (in.SourceIdentifier && !in.SourceType)
    return errors::InvalidParameterCombination("SourceType must be provided when SourceIdentifier is specified.");
  const Span span = TRY(span_of(call, in));
  EventsMessage out;
  out.Events.emplace();
  const std::string listing = fmt::format("DescribeEvents {} {}", in.SourceType.value_or(""), in.SourceIdentifier.value_or(""));
  TRY(managed::list_records(
      call, page_rules, listing, page, in.Marker, events,
      [&](const EventRecord& event) { return is_asked(event, in, span); },
      [&](const EventRecord& event) { out.Events->push_back(to_event(event)); }, out));
  return out;
}

}  // namespace

void note_event(Call& call, EventSource source, const std::string& id, std::string message) {
  sweep(call);
  EventRecord event;
  event.source_type = type_of(source);
  event.source = id;
  event.message = std::move(message);
  event.at = call.now();
  // In the order of their times; two of one moment are told apart by chance.
  const store::Key key =
      call.key(fmt::format("{:020}", event.at.micros), random_text(call.random(), alphabet_lower_alnum, 8));
  call.txn.put(events, key, std::move(event));
}

const api::Operations& events_operations() {
  static const api::Operations rows = {
      api::op<ops::DescribeEvents>(describe_events, api::any_resource, api::read_only,
          api::takes("SourceIdentifier SourceType StartTime EndTime Duration MaxRecords Marker")),
  };
  return rows;
}

}  // namespace haar::elasticache
