#include "services/cloudtrail/selectors.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>

#include "model/cloudtrail/service.h"

namespace haar::cloudtrail {
namespace {

using Texts = std::vector<std::string>;

constexpr std::size_t basic_selectors_max = 5, data_resources_max = 250, advanced_values_max = 500;
constexpr std::array<std::string_view, 3> data_types{"AWS::S3::Object", "AWS::Lambda::Function", "AWS::DynamoDB::Table"};
constexpr std::array<std::string_view, 2> sources_to_exclude{"kms.amazonaws.com", "rdsdata.amazonaws.com"};
constexpr std::array<std::string_view, 3> categories{"Management", "Data", "NetworkActivity"};
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html
constexpr std::array<std::string_view, 3> management_fields{"eventCategory", "readOnly", "eventSource"};
constexpr std::array<std::string_view, 10> data_fields{"eventCategory", "readOnly", "eventSource", "eventName", "eventType",
                                                       "resources.type", "resources.ARN", "userIdentity.arn",
                                                       "sessionCredentialFromConsole", "errorCode"};

template <class List>
bool is_one_of(const List& list, std::string_view text) {
  return std::ranges::find(list, text) != std::end(list);
}

// AWS's texts were not found.
Error invalid(std::string message) { return errors::InvalidEventSelectorsException(std::move(message)); }

Texts texts_of(const std::optional<Texts>& given) { return given.value_or(Texts()); }

Result<BasicSelector> read_one(const EventSelector& given, std::size_t& resources) {
  BasicSelector out;
  out.read_write = given.ReadWriteType.value_or("All");
  out.management = given.IncludeManagementEvents.value_or(true);
  out.excluded_sources = texts_of(given.ExcludeManagementEventSources);
  for (const std::string& source : out.excluded_sources) {
    if (!is_one_of(sources_to_exclude, source))
      return invalid(fmt::format("{} is not a valid value for ExcludeManagementEventSources.", source));
  }
  if (!given.DataResources) return out;
  for (const DataResource& resource : *given.DataResources) {
    const std::string type = resource.Type.value_or("");
    if (!is_one_of(data_types, type)) return invalid(fmt::format("The data resource type {} is not valid.", type));
    Texts& values = out.data_resources[type];
    for (const std::string& value : texts_of(resource.Values)) values.push_back(value);
    resources += texts_of(resource.Values).size();
  }
  return out;
}

std::size_t value_count(const FieldSelector& field) {
  return field.equals.size() + field.starts_with.size() + field.ends_with.size() + field.not_equals.size() +
         field.not_starts_with.size() + field.not_ends_with.size();
}

bool only_equals(const FieldSelector& field) { return value_count(field) == field.equals.size() && field.equals.size() == 1; }

Result<void> check_field(const FieldSelector& field, bool management) {
  const bool known = management ? is_one_of(management_fields, field.field) : is_one_of(data_fields, field.field);
  if (!known) return invalid(fmt::format("The field {} is not valid for the event category of its selector.", field.field));
  if (value_count(field) == 0) return invalid(fmt::format("The field {} has no operator with a value.", field.field));
  if (field.field == "readOnly" && (!only_equals(field) || (field.equals[0] != "true" && field.equals[0] != "false")))
    return invalid("The field readOnly takes the operator Equals with true or false.");
  if (!management || field.field != "eventSource") return {};
  const bool excludes = value_count(field) == field.not_equals.size() &&
                        std::ranges::all_of(field.not_equals, [](const auto& one) { return is_one_of(sources_to_exclude, one); });
  if (excludes) return {};
  return invalid("For management events the field eventSource takes the operator NotEquals with kms.amazonaws.com or "
                 "rdsdata.amazonaws.com.");
}

Result<void> check(const AdvancedSelector& selector) {
  const FieldSelector* category = nullptr;
  std::set<std::string> seen;
  for (const FieldSelector& field : selector.field_selectors) {
    if (!seen.insert(field.field).second) return invalid(fmt::format("The field {} is given more than once.", field.field));
    if (field.field == "eventCategory") category = &field;
  }
  if (category == nullptr || !only_equals(*category) || !is_one_of(categories, category->equals[0]))
    return invalid("Each advanced event selector needs the field eventCategory with the operator Equals and one category.");
  const bool management = category->equals[0] == "Management";
  if (category->equals[0] == "Data" && !seen.contains("resources.type"))
    return invalid("Advanced event selectors for data events need the field resources.type.");
  for (const FieldSelector& field : selector.field_selectors) TRY(check_field(field, management));
  return {};
}

std::string field_of(const events::EventRecord& event, std::string_view field) {
  if (field == "eventCategory") return "Management";
  if (field == "readOnly") return event.read_only ? "true" : "false";
  if (field == "eventSource") return event.source;
  return "";
}

bool matches(const FieldSelector& selector, const std::string& value) {
  const auto any = [&](const Texts& list, auto compare) { return std::ranges::any_of(list, compare); };
  const auto equals = [&](const std::string& one) { return value == one; };
  const auto begins = [&](const std::string& one) { return value.starts_with(one); };
  const auto ends = [&](const std::string& one) { return value.ends_with(one); };
  if (any(selector.not_equals, equals) || any(selector.not_starts_with, begins) || any(selector.not_ends_with, ends))
    return false;
  const bool positive = !selector.equals.empty() || !selector.starts_with.empty() || !selector.ends_with.empty();
  return !positive || any(selector.equals, equals) || any(selector.starts_with, begins) || any(selector.ends_with, ends);
}

bool matches(const AdvancedSelector& selector, const events::EventRecord& event) {
  return std::ranges::all_of(selector.field_selectors,
                             [&](const FieldSelector& field) { return matches(field, field_of(event, field.field)); });
}

bool matches(const BasicSelector& selector, const events::EventRecord& event) {
  if (!selector.management || is_one_of(selector.excluded_sources, event.source)) return false;
  return selector.read_write == "All" || (selector.read_write == "ReadOnly") == event.read_only;
}

bool logged_at(const TrailRecord& trail, Timestamp time) {
  return std::ranges::any_of(trail.intervals, [&](const LoggingInterval& one) {
    return time >= one.from && (one.to == Timestamp{} || time < one.to);
  });
}

std::optional<Texts> unless_empty(const Texts& texts) { return texts.empty() ? std::nullopt : std::optional(texts); }

}  // namespace

Result<std::vector<BasicSelector>> read_selectors(const std::vector<EventSelector>& given) {
  if (given.empty() || given.size() > basic_selectors_max)
    return invalid(fmt::format("A trail takes between 1 and {} event selectors.", basic_selectors_max));
  std::vector<BasicSelector> out;
  std::size_t resources = 0;
  for (const EventSelector& one : given) out.push_back(TRY(read_one(one, resources)));
  if (resources > data_resources_max)
    return invalid(fmt::format("A trail takes at most {} data resources in its event selectors.", data_resources_max));
  return out;
}

Result<std::vector<AdvancedSelector>> read_selectors(const std::vector<AdvancedEventSelector>& given) {
  std::vector<AdvancedSelector> out;
  std::size_t values = 0;
  for (const AdvancedEventSelector& one : given) {
    AdvancedSelector& selector = out.emplace_back();
    selector.name = one.Name.value_or("");
    for (const AdvancedFieldSelector& field : one.FieldSelectors) {
      selector.field_selectors.push_back({field.Field, texts_of(field.Equals), texts_of(field.StartsWith),
                                          texts_of(field.EndsWith), texts_of(field.NotEquals), texts_of(field.NotStartsWith),
                                          texts_of(field.NotEndsWith)});
      values += value_count(selector.field_selectors.back());
    }
    TRY(check(selector));
  }
  if (out.empty()) return invalid("A trail takes at least one advanced event selector.");
  if (values > advanced_values_max)
    return invalid(fmt::format("A trail takes at most {} values in its advanced event selectors.", advanced_values_max));
  return out;
}

std::vector<EventSelector> show_selectors(const std::vector<BasicSelector>& selectors) {
  std::vector<EventSelector> out;
  for (const BasicSelector& selector : selectors) {
    EventSelector& shown = out.emplace_back();
    shown.ReadWriteType = selector.read_write;
    shown.IncludeManagementEvents = selector.management;
    shown.ExcludeManagementEventSources = selector.excluded_sources;
    shown.DataResources.emplace();
    for (const auto& [type, values] : selector.data_resources) shown.DataResources->push_back({type, values});
  }
  return out;
}

std::vector<AdvancedEventSelector> show_selectors(const std::vector<AdvancedSelector>& selectors) {
  std::vector<AdvancedEventSelector> out;
  for (const AdvancedSelector& selector : selectors) {
    AdvancedEventSelector& shown = out.emplace_back();
    if (!selector.name.empty()) shown.Name = selector.name;
    for (const FieldSelector& field : selector.field_selectors) {
      shown.FieldSelectors.push_back({field.field, unless_empty(field.equals), unless_empty(field.starts_with),
                                      unless_empty(field.ends_with), unless_empty(field.not_equals),
                                      unless_empty(field.not_starts_with), unless_empty(field.not_ends_with)});
    }
  }
  return out;
}

bool selects(const TrailRecord& trail, const events::EventRecord& event) {
  if (!logged_at(trail, event.time)) return false;
  if (!trail.global_events && is_global_service(event.source)) return false;
  if (!trail.advanced.empty())
    return std::ranges::any_of(trail.advanced, [&](const AdvancedSelector& one) { return matches(one, event); });
  if (trail.selectors.empty()) return true;
  return std::ranges::any_of(trail.selectors, [&](const BasicSelector& one) { return matches(one, event); });
}

// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html#cloudtrail-concepts-global-service-events
bool is_global_service(std::string_view source) {
  static constexpr std::array<std::string_view, 3> sources{"iam.amazonaws.com", "sts.amazonaws.com",
                                                           "organizations.amazonaws.com"};
  return is_one_of(sources, source);
}

}  // namespace haar::cloudtrail
