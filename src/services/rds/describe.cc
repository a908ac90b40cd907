#include "services/rds/describe.h"

#include <fmt/format.h>

namespace haar::rds {

constinit const api::FilterRules filter_rules{
    .no_values =
        [](std::string_view name) {
          return errors::InvalidParameterCombination(fmt::format("No filter values provided for filter: {}", name));
        },
    .unknown =
        [](std::string_view name) {
          return errors::InvalidParameterValue(fmt::format("Unrecognized filter name: {}", name));
        }};

Result<void> refuse_filters(const Filters& filters) {
  TRY(api::check_filters(filter_rules, api::filters_in(filters)));
  if (filters && !filters->empty()) return filter_rules.unknown(filters->front().Name);
  return {};
}

}  // namespace haar::rds
