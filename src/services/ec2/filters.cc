#include "services/ec2/filters.h"

#include <algorithm>

#include "model/ec2/service.h"

namespace haar::ec2 {

constinit const api::FilterRules filter_rules{
    .wildcards = true,
    .tags = true,
    .values_max = filter_values_max,
    .no_name = [] { return errors::MissingParameter("The request must contain the parameter Filter.Name"); },
    .no_values =
        [](std::string_view) { return errors::MissingParameter("The request must contain the parameter Filter.Value"); },
    .too_many =
        [] {
          return errors::FilterLimitExceeded("The maximum number of filter values specified on a single call is " +
                                             std::to_string(filter_values_max));
        },
    .unknown =
        [](std::string_view name) {
          return errors::InvalidParameterValue("The filter '" + std::string(name) + "' is invalid");
        }};

std::optional<Values> plain_values(const Filters& filters, std::string_view name) {
  if (!filters) return std::nullopt;
  for (const Filter& filter : *filters) {
    if (filter.Name != name || !filter.Values) continue;
    const bool plain = std::ranges::none_of(
        *filter.Values, [](const std::string& value) { return value.find_first_of("*?\\") != std::string::npos; });
    if (!plain) return std::nullopt;
    Values sorted = *filter.Values;
    std::ranges::sort(sorted);
    const auto twice = std::ranges::unique(sorted);
    sorted.erase(twice.begin(), twice.end());
    return sorted;
  }
  return std::nullopt;
}

}  // namespace haar::ec2
