#include "events/attributes.h"

#include <algorithm>
#include <utility>

namespace haar::events {
namespace {

constexpr std::pair<std::string_view, Attribute> names[] = {
    {"EventId", Attribute::event_id},           {"EventName", Attribute::event_name},
    {"ReadOnly", Attribute::read_only},         {"Username", Attribute::user_name},
    {"ResourceType", Attribute::resource_type}, {"ResourceName", Attribute::resource_name},
    {"EventSource", Attribute::event_source},   {"AccessKeyId", Attribute::access_key_id}};

std::string_view text_of(bool value) { return value ? "true" : "false"; }

}  // namespace

std::optional<Attribute> attribute_named(std::string_view name) {
  const auto found = std::find_if(std::begin(names), std::end(names), [&](const auto& one) { return one.first == name; });
  return found == std::end(names) ? std::nullopt : std::optional(found->second);
}

std::string_view user_name_of(const EventView& event) {
  const EventView::Who& who = event.identity;
  if (who.type == "Root") return "root";
  if (who.type == "IAMUser" || !who.arn.starts_with("arn:")) return who.user_name;
  return who.arn.substr(who.arn.rfind('/') + 1);  // arn:aws:sts::111122223333:assumed-role/role/session
}

std::string_view principal_of(const EventView& event) {
  const EventView::Who& who = event.identity;
  return who.issuer_arn.empty() ? who.arn : who.issuer_arn;
}

EventTerms terms_of(const EventView& event) {
  EventTerms out{resources_of(event.source, event.request_parameters, event.response_elements), {}};
  out.terms.reserve(6 + 2 * out.resources.size());
  const auto add = [&](Attribute attribute, std::string_view value) {
    const Term term{attribute, value};
    if (!value.empty() && std::find(out.terms.begin(), out.terms.end(), term) == out.terms.end()) out.terms.push_back(term);
  };
  add(Attribute::event_name, event.name);
  add(Attribute::read_only, text_of(event.read_only));
  add(Attribute::user_name, user_name_of(event));
  add(Attribute::event_source, event.source);
  add(Attribute::access_key_id, event.identity.access_key_id);
  add(Attribute::principal, principal_of(event));
  for (const Resource& resource : out.resources) {
    add(Attribute::resource_type, resource.type);
    add(Attribute::resource_name, resource.name);
  }
  return out;
}

bool matches(const EventView& event, Attribute attribute, std::string_view value) {
  if (attribute == Attribute::event_id) return event.id == value;
  const EventTerms found = terms_of(event);
  return std::find(found.terms.begin(), found.terms.end(), Term{attribute, value}) != found.terms.end();
}

}  // namespace haar::events
