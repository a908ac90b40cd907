// What the Describe operations of rds share: filters and pages.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/kit/paging.h"
#include "base/result.h"
#include "model/rds/ListTagsForResource.h"
#include "model/rds/service.h"

namespace haar::rds {

// 20 to 100, default 100. https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBClusters.html
Result<std::size_t> page_size(const std::optional<std::int32_t>& max_records);

// One filter of an operation: its name and what it compares.
template <class R>
struct FilterRule {
  std::string_view name;
  // True if one of the filter's values is the record's.
  bool (*matches)(const R& record, const std::string& value);
};

// Every filter must be known ("Unrecognized filter name: x") and have values.
template <class R>
Result<void> check_filters(const std::optional<std::vector<Filter>>& filters, std::span<const FilterRule<R>> rules) {
  if (!filters) return {};
  for (const Filter& filter : *filters) {
    bool known = false;
    for (const FilterRule<R>& rule : rules) known = known || rule.name == filter.Name;
    if (!known) return errors::InvalidParameterValue("Unrecognized filter name: " + filter.Name);
    if (filter.Values.empty()) return errors::InvalidParameterCombination("No filter values provided for filter: " + filter.Name);
  }
  return {};
}

template <class R>
bool passes(const R& record, const std::optional<std::vector<Filter>>& filters, std::span<const FilterRule<R>> rules) {
  if (!filters) return true;
  for (const Filter& filter : *filters) {
    bool any = false;
    for (const FilterRule<R>& rule : rules) {
      if (rule.name != filter.Name) continue;
      for (const std::string& value : filter.Values) any = any || rule.matches(record, value);
    }
    if (!any) return false;
  }
  return true;
}

// A text that differs when the filters do.
std::string filter_text(const std::optional<std::vector<Filter>>& filters);

}  // namespace haar::rds
