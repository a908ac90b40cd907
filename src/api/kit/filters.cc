#include "api/kit/filters.h"

#include <algorithm>

namespace haar::api {

bool matches_wildcards(std::string_view pattern, std::string_view value) {
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

Result<void> check_filters(const FilterRules& rules, std::span<const Filter> filters) {
  std::size_t count = 0;
  for (const Filter& filter : filters) {
    if (filter.name.empty() && rules.no_name != nullptr) return rules.no_name();
    if (filter.values.empty()) return rules.no_values(filter.name);
    count += filter.values.size();
  }
  if (rules.values_max != 0 && count > rules.values_max) return rules.too_many();
  return {};
}

std::string filter_text(std::span<const Filter> filters) {
  std::string out;
  for (const Filter& filter : filters) {
    out.append(filter.name).push_back('\0');
    for (const std::string& value : filter.values) out.append(value).push_back('\0');
    out.push_back('\0');
  }
  return out;
}

namespace filters_detail {

bool is_tag_filter(std::string_view name) { return name.starts_with("tag:") || name == "tag-key"; }

bool any_matches(const Filter& filter, const Values& values, bool wildcards) {
  return std::ranges::any_of(values, [&](const std::string& value) {
    return std::ranges::any_of(filter.values, [&](const std::string& wanted) {
      return wildcards ? matches_wildcards(wanted, value) : wanted == value;
    });
  });
}

}  // namespace filters_detail

}  // namespace haar::api
