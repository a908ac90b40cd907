// LookupEvents: the history of management events of one account in one Region, newest first. What was recorded is found
// after the next flush of the log, half a second later at most; on AWS it takes some minutes.
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>

#include "api/kit/regional_preparation.h"
#include "auth/keyring.h"
#include "auth/marker.h"
#include "events/log.h"
#include "events/render.h"
#include "model/cloudtrail/LookupEvents.h"
#include "model/cloudtrail/service.h"
#include "services/cloudtrail/operations.h"

namespace haar::cloudtrail {
namespace {

using api::Call;

constexpr std::int32_t results_min = 1, results_max = 50;
constexpr std::int64_t history_seconds = events::Bounds{}.seconds_max;
constexpr std::int64_t micros_per_second = 1'000'000;
constexpr std::size_t value_length_max = 2000;
constexpr std::string_view counted_twice = "_ ,\n";

struct Found {
  events::Page page;
  std::string listing;  // what a token is good for
};

// "count as two characters towards the 2000 character limit"
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupAttribute.html
std::size_t counted_length(std::string_view value) {
  const auto twice = std::ranges::count_if(value, [](char c) { return counted_twice.find(c) != std::string_view::npos; });
  return value.size() + static_cast<std::size_t>(twice);
}

// The texts of the refusals below were not found; the codes are those of AWS's page.
Result<std::vector<events::Condition>> read_conditions(const LookupEventsRequest& in) {
  std::vector<events::Condition> out;
  if (!in.LookupAttributes) return out;
  if (in.LookupAttributes->size() > 1)
    return errors::InvalidLookupAttributesException("You can specify only one lookup attribute in a request.");
  for (const LookupAttribute& one : *in.LookupAttributes) {
    const std::optional<events::Attribute> attribute = events::attribute_named(one.AttributeKey);
    if (!attribute) {
      return errors::InvalidLookupAttributesException(
          fmt::format("The attribute key {} is not valid for a lookup of events.", one.AttributeKey));
    }
    if (one.AttributeValue.empty() || counted_length(one.AttributeValue) > value_length_max) {
      return errors::InvalidLookupAttributesException(
          fmt::format("The value of {} must have between 1 and {} characters.", one.AttributeKey, value_length_max));
    }
    out.push_back({*attribute, one.AttributeValue});
  }
  return out;
}

// Events are told with whole seconds: one that happened within the second of EndTime is not after it.
Result<void> read_times(const LookupEventsRequest& in, Timestamp now, events::Query& query) {
  if (in.StartTime && in.EndTime && *in.StartTime > *in.EndTime) {
    return errors::InvalidTimeRangeException(
        fmt::format("The start time {} is after the end time {}.", format_iso8601(*in.StartTime), format_iso8601(*in.EndTime)));
  }
  query.from = now.plus_seconds(-history_seconds);
  if (in.StartTime) query.from = std::max(query.from, *in.StartTime);
  if (in.EndTime) query.to = {in.EndTime->micros + (in.EndTime->micros % micros_per_second == 0 ? micros_per_second - 1 : 0)};
  return {};
}

Result<std::size_t> read_size(const std::optional<std::int32_t>& asked) {
  if (!asked) return static_cast<std::size_t>(results_max);
  if (*asked >= results_min && *asked <= results_max) return static_cast<std::size_t>(*asked);
  return errors::InvalidMaxResultsException(
      fmt::format("The value {} for MaxResults is not valid: it must be between {} and {}.", *asked, results_min, results_max));
}

// A token is good for the same question only. The moment from which 90 days are counted moves on meanwhile.
std::string listing_of(const api::RegionalPreparation& at, const LookupEventsRequest& in) {
  std::string out = fmt::format("{}/{}/LookupEvents {} {}", at.caller.account.value, at.region.value,
                                in.StartTime ? in.StartTime->micros : 0, in.EndTime ? in.EndTime->micros : 0);
  if (in.EventCategory) out += " " + *in.EventCategory;
  if (in.LookupAttributes) {
    for (const LookupAttribute& one : *in.LookupAttributes) out += " " + one.AttributeKey + "=" + one.AttributeValue;
  }
  return out;
}

Result<events::Query> read_query(const api::RegionalPreparation& at, const LookupEventsRequest& in, const std::string& listing) {
  events::Query query;
  query.account = at.caller.account.value;
  query.region = at.region.value;
  query.limit = TRY(read_size(in.MaxResults));
  query.conditions = TRY(read_conditions(in));
  TRY(read_times(in, at.env.clock.now(), query));
  if (!in.NextToken || in.NextToken->empty()) return query;
  Result<std::string> place = auth::open_marker(at.env.keyring.derive("marker"), *in.NextToken, listing);
  if (!place.ok()) return errors::InvalidNextTokenException("The token is not valid, or was given for another request.");
  query.after = std::move(place).value();
  return query;
}

// Reads the disk, so on a thread that may wait for it.
Result<Found> find_events(const api::Preparation& given, const LookupEventsRequest& in) {
  const auto& at = static_cast<const api::RegionalPreparation&>(given);
  Found out;
  out.listing = listing_of(at, in);
  const events::Query query = TRY(read_query(at, in, out.listing));
  // haar derives no Insights events: there are none to find.
  if (in.EventCategory) {
    if (*in.EventCategory == "insight") return out;
    return errors::InvalidEventCategoryException(fmt::format("The event category {} is not valid.", *in.EventCategory));
  }
  const events::Log* log = at.env.find_part<events::Log>();
  if (log != nullptr) out.page = TRY(log->look_up(query));
  return out;
}

std::optional<std::string> unless_empty(std::string_view text) {
  return text.empty() ? std::nullopt : std::optional(std::string(text));
}

Event to_event(const events::EventRecord& record) {
  std::string bytes;
  events::write_event(bytes, record);
  Event out;
  out.EventId = record.id;
  out.EventName = record.name;
  out.ReadOnly = record.read_only ? "true" : "false";
  out.AccessKeyId = unless_empty(record.identity.access_key_id);
  out.EventTime = Timestamp::from_seconds(record.time.seconds());
  out.EventSource = record.source;
  if (const Result<events::EventView> view = events::view_event(bytes); view.ok())
    out.Username = unless_empty(events::user_name_of(*view));
  out.Resources.emplace();
  for (const events::Resource& one : events::resources_of(record.source, record.request_parameters, record.response_elements))
    out.Resources->push_back({unless_empty(one.type), one.name});
  out.CloudTrailEvent = events::to_cloudtrail_json(record);
  return out;
}

Result<LookupEventsResponse> lookup_events(Call& call, const LookupEventsRequest&, const Found& found) {
  LookupEventsResponse out;
  out.Events.emplace();
  for (const events::EventRecord& record : found.page.events) out.Events->push_back(to_event(record));
  if (!found.page.next.empty())
    out.NextToken = auth::seal_marker(call.env.keyring.derive("marker"), found.page.next, found.listing);
  return out;
}

}  // namespace

const api::Operations& lookup_operations() {
  static const api::Operations rows = {
      api::op<ops::LookupEvents>(lookup_events, api::any_resource, api::read_only, api::prepare(find_events),
          api::takes("LookupAttributes StartTime EndTime EventCategory MaxResults NextToken")),
  };
  return rows;
}

}  // namespace haar::cloudtrail
