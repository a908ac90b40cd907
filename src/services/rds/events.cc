// DescribeEvents, DescribeEventCategories, and the events themselves.
#include "services/rds/events.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "api/kit/row.h"
#include "base/encoding.h"
#include "model/rds/DescribeEventCategories.h"
#include "model/rds/DescribeEvents.h"
#include "model/rds/service.h"
#include "services/rds/describe.h"
#include "services/rds/names.h"
#include "services/rds/operations.h"
#include "services/rds/parameters/groups.h"
#include "services/managed/events.h"
#include "services/rds/records.h"

namespace haar::rds {
namespace {

using api::Call;

struct Kind {
  std::string_view type;  // AWS's SourceType
  std::vector<std::string> categories;
};

// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_Events.overview.html
const std::vector<Kind>& kinds() {
  static const std::vector<Kind> all{
      {"db-instance",
       {"availability", "backtrack", "backup", "configuration change", "creation", "deletion", "failover", "failure",
        "low storage", "maintenance", "notification", "read replica", "recovery", "restoration", "security",
        "security patching"}},
      {"db-cluster",
       {"configuration change", "creation", "deletion", "failover", "failure", "global failover", "maintenance", "migration",
        "notification", "serverless"}},
      {"db-parameter-group", {"configuration change"}},
      {"db-snapshot", {"creation", "deletion", "notification", "restoration"}},
      {"db-cluster-snapshot", {"backup"}},
      {"db-proxy", {"configuration change", "creation", "deletion", "failure"}},
      {"db-security-group", {"configuration change", "failure"}},
  };
  return all;
}

std::string_view type_of(EventSource source) {
  switch (source) {
    case EventSource::cluster: return "db-cluster";
    case EventSource::instance: return "db-instance";
    case EventSource::parameter_group: return "db-parameter-group";
  }
  return "";
}

// ---- DescribeEvents ---------------------------------------------------------------------------------

bool is_asked(const EventRecord& event, const DescribeEventsMessage& in, const managed::EventSpan& span) {
  if (!span.has(event.at)) return false;
  if (in.SourceType && event.source_type != *in.SourceType) return false;
  if (in.SourceIdentifier && event.source != to_lower(*in.SourceIdentifier)) return false;
  if (!in.EventCategories || in.EventCategories->empty()) return true;
  return std::ranges::find(*in.EventCategories, event.category) != in.EventCategories->end();
}

Event to_event(const EventRecord& record) {
  Event out;
  out.SourceIdentifier = record.source;
  out.SourceType = record.source_type;
  out.SourceArn = record.source_arn;
  out.Message = record.message;
  out.EventCategories = std::vector<std::string>{record.category};
  out.Date = record.at;
  return out;
}

Result<EventsMessage> describe_events(Call& call, const DescribeEventsMessage& in) {
  const std::size_t page = TRY(api::page_size(page_rules, in.MaxRecords));
  TRY(refuse_filters(in.Filters));
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

// ---- DescribeEventCategories ------------------------------------------------------------------------

Result<EventCategoriesMessage> describe_event_categories(Call&, const DescribeEventCategoriesMessage& in) {
  TRY(refuse_filters(in.Filters));
  EventCategoriesMessage out;
  out.EventCategoriesMapList.emplace();
  for (const Kind& kind : kinds()) {
    if (in.SourceType && *in.SourceType != kind.type) continue;
    EventCategoriesMap& one = out.EventCategoriesMapList->emplace_back();
    one.SourceType = std::string(kind.type);
    one.EventCategories = kind.categories;
  }
  if (out.EventCategoriesMapList->empty())
    return errors::InvalidParameterValue(fmt::format("Invalid source type: {}", in.SourceType->substr(0, 64)));
  return out;
}

}  // namespace

void note_event(Call& call, EventSource source, const std::string& id, std::string_view category, std::string message) {
  EventRecord event;
  event.source_type = type_of(source);
  event.source = id;
  event.source_arn = source == EventSource::cluster    ? cluster_arn(call, id)
                     : source == EventSource::instance ? instance_arn(call, id)
                                                       : parameter_group_arn(call, id);
  event.category = category;
  event.message = std::move(message);
  managed::keep_event(call, events, std::move(event));
}

const api::Operations& events_operations() {
  static const api::Operations rows = {
      api::op<ops::DescribeEvents>(describe_events, api::any_resource, api::read_only,
          api::takes("SourceIdentifier SourceType StartTime EndTime Duration EventCategories Filters MaxRecords Marker")),
      api::op<ops::DescribeEventCategories>(describe_event_categories, api::any_resource, api::read_only,
          api::takes("SourceType Filters")),
  };
  return rows;
}

}  // namespace haar::rds
