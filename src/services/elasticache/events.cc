// DescribeEvents, and the events themselves.
#include "services/elasticache/events.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "api/kit/row.h"
#include "base/encoding.h"
#include "model/elasticache/DescribeEvents.h"
#include "model/elasticache/service.h"
#include "services/elasticache/describe.h"
#include "services/elasticache/operations.h"
#include "services/elasticache/records.h"
#include "services/managed/events.h"

namespace haar::elasticache {
namespace {

using api::Call;

// AWS's SourceType; those that haar has no event of are asked for in vain.
constexpr std::array<std::string_view, 8> types{"cache-cluster", "replication-group", "cache-parameter-group",
                                                "cache-subnet-group", "cache-security-group", "serverless-cache", "user",
                                                "user-group"};

std::string_view type_of(EventSource source) { return types.at(static_cast<std::size_t>(source)); }

bool is_asked(const EventRecord& event, const DescribeEventsMessage& in, const managed::EventSpan& span) {
  if (!span.has(event.at)) return false;
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
  const managed::EventSpan span =
      TRY((managed::event_span<errors::InvalidParameterValue, errors::InvalidParameterCombination>(call, in)));
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
  EventRecord event;
  event.source_type = type_of(source);
  event.source = id;
  event.message = std::move(message);
  managed::keep_event(call, events, std::move(event));
}

const api::Operations& events_operations() {
  static const api::Operations rows = {
      api::op<ops::DescribeEvents>(describe_events, api::any_resource, api::read_only,
          api::takes("SourceIdentifier SourceType StartTime EndTime Duration MaxRecords Marker")),
  };
  return rows;
}

}  // namespace haar::elasticache
