// Filters of the Describe operations, with wildcards and filters of tags. They look at the answer as the client would
// see it, so that a filter can never find what the answer does not show.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Filter.html
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "api/kit/filters.h"
#include "model/ec2/DescribeSecurityGroupRules.h"

namespace haar::ec2 {

using api::add_value;
using api::FilterField;
using api::Values;

using Filters = std::optional<std::vector<Filter>>;

// Values of all filters of one call.
inline constexpr std::size_t filter_values_max = 200;

extern const api::FilterRules filter_rules;

template <class T>
Result<api::FilterSet<T>> read_filters(const Filters& filters, std::span<const FilterField<T>> fields) {
  return api::FilterSet<T>::read(filter_rules, api::filters_in(filters), fields);
}

// The values of the filter of that name, sorted and each once; nullopt where the request has no such filter, or one with
// wildcards.
std::optional<Values> plain_values(const Filters& filters, std::string_view name);

// For the few listings that are a list in memory: keeps the items that every filter matches.
template <class T>
Result<void> apply_filters(std::vector<T>& items, const Filters& filters, std::span<const FilterField<T>> fields) {
  const api::FilterSet<T> set = TRY(read_filters<T>(filters, fields));
  std::erase_if(items, [&](const T& item) { return !set.match(item); });
  return {};
}

}  // namespace haar::ec2
