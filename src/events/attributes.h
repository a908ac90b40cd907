// What events are looked up by: the attribute keys of CloudTrail's LookupEvents.
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupAttribute.html
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "events/record.h"
#include "events/resources.h"

namespace haar::events {

// The numbers are stored: never change one.
enum class Attribute : std::uint8_t {
  event_id = 1,
  event_name = 2,
  read_only = 3,
  user_name = 4,
  resource_type = 5,
  resource_name = 6,
  event_source = 7,
  access_key_id = 8,
  principal = 9,  // none of CloudTrail's: principal_of(), for what is made from a principal's activity
};
inline constexpr std::size_t attributes = 9;

// By CloudTrail's name for it: "EventId", "EventName", "ReadOnly", "Username", "ResourceType", "ResourceName",
// "EventSource", "AccessKeyId".
std::optional<Attribute> attribute_named(std::string_view name);

// Who acted, as LookupEvents shows it: a user's name, a session's name, "root"; empty for a service.
std::string_view user_name_of(const EventView& event);

// Whose policies counted: the ARN of the user, of the role or user that a session is of, or of the root user; empty for a
// service.
std::string_view principal_of(const EventView& event);

struct Term {
  Attribute attribute;
  std::string_view value;
  bool operator==(const Term&) const = default;
};

// Under which terms an event is found, each once; an id needs no term (event_id). Views into the event's bytes, and into
// `resources`.
struct EventTerms {
  std::vector<Resource> resources;
  std::vector<Term> terms;
};
EventTerms terms_of(const EventView& event);
// Whether the attribute has the value; for ids too.
bool matches(const EventView& event, Attribute attribute, std::string_view value);

}  // namespace haar::events
