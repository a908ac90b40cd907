#include "services/ec2/filters.h"

#include <algorithm>

#include "model/ec2/service.h"

namespace haar::ec2 {

bool matches_pattern(std::string_view pattern, std::string_view value) {
  // Greedy with one point to come back to: linear for every pattern that people write, and never
  // exponential.
  std::size_t p = 0, v = 0;
  std::size_t star = std::string_view::npos, star_value = 0;
  while (v < value.size()) {
    const bool literal = p < pattern.size() && pattern[p] == '\\' && p + 1 < pattern.size();
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_value = v;
    } else if (literal ? pattern[p + 1] == value[v]
                       : p < pattern.size() && (pattern[p] == '?' || pattern[p] == value[v])) {
      p += literal ? 2 : 1;
      ++v;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      v = ++star_value;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

void add_value(Values& out, const std::optional<std::string>& value) {
  if (value) out.push_back(*value);
}

void add_value(Values& out, const std::optional<bool>& value) {
  if (value) out.emplace_back(*value ? "true" : "false");
}

void add_value(Values& out, const std::optional<std::int32_t>& value) {
  if (value) out.push_back(std::to_string(*value));
}

Result<void> check_filters(const Filters& filters) {
  std::size_t count = 0;
  for (const Filter& filter : *filters) {
    if (!filter.Name || filter.Name->empty()) {
      return errors::MissingParameter("The request must contain the parameter Filter.Name");
    }
    if (!filter.Values || filter.Values->empty()) {
      return errors::MissingParameter("The request must contain the parameter Filter.Value");
    }
    count += filter.Values->size();
  }
  if (count > filter_values_max) {
    return errors::FilterLimitExceeded("The maximum number of filter values specified on a single call is " +
                                       std::to_string(filter_values_max));
  }
  return {};
}

Error unknown_filter(std::string_view name) {
  return errors::InvalidParameterValue("The filter '" + std::string(name) + "' is invalid");
}

bool is_tag_filter(std::string_view name) { return name.starts_with("tag:") || name == "tag-key"; }

bool matches_any(const Filter& filter, const Values& values) {
  return std::any_of(values.begin(), values.end(), [&](const std::string& value) {
    return std::any_of(filter.Values->begin(), filter.Values->end(),
                       [&](const std::string& pattern) { return matches_pattern(pattern, value); });
  });
}

bool matches_tag_filter(const Filter& filter, const std::optional<std::vector<Tag>>& tags) {
  if (!tags) return false;
  Values values;
  for (const Tag& tag : *tags) {
    if (*filter.Name == "tag-key") {
      add_value(values, tag.Key);
    } else if (tag.Key && std::string_view(*filter.Name).substr(4) == *tag.Key) {
      values.push_back(tag.Value.value_or(""));
    }
  }
  return matches_any(filter, values);
}

std::string describe_filters(const Filters& filters) {
  std::string out;
  if (!filters) return out;
  for (const Filter& filter : *filters) {
    out.append(filter.Name.value_or("")).push_back('\0');
    for (const std::string& value : filter.Values.value_or(Values{})) out.append(value).push_back('\0');
    out.push_back('\0');
  }
  return out;
}

}  // namespace haar::ec2
