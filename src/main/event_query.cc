#include "main/event_query.h"

#include <algorithm>

#include "base/duration.h"

namespace haar::main {
namespace {

namespace json = boost::json;

constexpr std::int64_t limit_default = 50, limit_max = 10'000;

std::string text_of(const json::object& arguments, std::string_view name) {
  const json::value* value = arguments.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

Error invalid(std::string message) { return {"InvalidArgument", std::move(message)}; }

Result<void> read_time(const json::object& arguments, std::string_view name, Timestamp now, Timestamp& out) {
  const std::string text = text_of(arguments, name);
  if (text.empty()) return {};
  if (const auto seconds = parse_duration(text)) out = now.plus_seconds(-*seconds);
  else if (const auto time = parse_timestamp(text)) out = *time;
  else return invalid("\"" + text + "\" is no time; write 2026-11-30T12:00:00Z, or how long ago: 90s, 15m, 24h, 30d");
  return {};
}

}  // namespace

Result<events::Query> read_event_query(const json::object& arguments, Timestamp now) {
  events::Query query;
  const json::value* limit = arguments.if_contains("limit");
  query.limit = static_cast<std::size_t>(
      std::clamp(limit != nullptr && limit->is_int64() ? limit->get_int64() : limit_default, std::int64_t{1}, limit_max));
  query.account = text_of(arguments, "account");
  query.region = text_of(arguments, "region");
  TRY(read_time(arguments, "since", now, query.from));
  TRY(read_time(arguments, "until", now, query.to));
  const json::value* attributes = arguments.if_contains("attributes");
  if (attributes == nullptr || !attributes->is_object()) return query;
  for (const auto& [name, value] : attributes->get_object()) {
    const std::optional<events::Attribute> attribute = events::attribute_named(name);
    if (!attribute || !value.is_string()) return invalid("\"" + std::string(name) + "\" is nothing that events are looked up by");
    query.conditions.push_back({*attribute, std::string(value.get_string())});
  }
  return query;
}

}  // namespace haar::main
