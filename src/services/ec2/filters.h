// Filters of the Describe operations: several filters are ANDed, the values of one are ORed, * and ? are
// wildcards that a backslash makes literal. They look at the answer as the client would see it, so that a
// filter can never find what the answer does not show.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Filter.html
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/ec2/DescribeSecurityGroupRules.h"

namespace haar::ec2 {

// Values of all filters of one call.
inline constexpr std::size_t filter_values_max = 200;

using Filters = std::optional<std::vector<Filter>>;
using Values = std::vector<std::string>;

// One filter that a listing of Ts understands: its name, and what it compares with.
template <class T>
struct FilterField {
  std::string_view name;
  void (*values)(const T& item, Values& out);
};

bool matches_pattern(std::string_view pattern, std::string_view value);

void add_value(Values& out, const std::optional<std::string>& value);
void add_value(Values& out, const std::optional<bool>& value);
void add_value(Values& out, const std::optional<std::int32_t>& value);

// Refuses filters without a name or values, and too many of them.
Result<void> check_filters(const Filters& filters);
Error unknown_filter(std::string_view name);
bool matches_tag_filter(const Filter& filter, const std::optional<std::vector<Tag>>& tags);
bool is_tag_filter(std::string_view name);
bool matches_any(const Filter& filter, const Values& values);
// Everything that fixes a listing, for its pagination tokens.
std::string describe_filters(const Filters& filters);

namespace filters_detail {
template <class T>
const std::optional<std::vector<Tag>>* tags_of(const T& item) {
  if constexpr (requires { item.Tags; }) {
    return &item.Tags;
  } else if constexpr (requires { item.TagSet; }) {
    return &item.TagSet;
  } else {
    return nullptr;
  }
}
}  // namespace filters_detail

// Keeps the items that every filter matches. `tag:<key>` and `tag-key` need no field.
template <class T>
Result<void> apply_filters(std::vector<T>& items, const Filters& filters, std::span<const FilterField<T>> fields) {
  if (!filters) return {};
  TRY(check_filters(filters));
  for (const Filter& filter : *filters) {
    if (filters_detail::tags_of(T{}) != nullptr && is_tag_filter(*filter.Name)) {
      std::erase_if(items, [&](const T& item) { return !matches_tag_filter(filter, *filters_detail::tags_of(item)); });
      continue;
    }
    const FilterField<T>* field = nullptr;
    for (const FilterField<T>& candidate : fields) {
      if (candidate.name == *filter.Name) field = &candidate;
    }
    if (field == nullptr) return unknown_filter(*filter.Name);
    std::erase_if(items, [&](const T& item) {
      Values values;
      field->values(item, values);
      return !matches_any(filter, values);
    });
  }
  return {};
}

}  // namespace haar::ec2
