#include "services/rds/describe.h"

#include <fmt/format.h>

namespace haar::rds {

Result<std::size_t> page_size(const std::optional<std::int32_t>& max_records) {
  constexpr std::int32_t smallest = 20, largest = 100;
  if (!max_records) return std::size_t{largest};
  if (*max_records >= smallest && *max_records <= largest) return static_cast<std::size_t>(*max_records);
  return errors::InvalidParameterValue(
      fmt::format("Invalid value {} for MaxRecords. Must be between {} and {}", *max_records, smallest, largest));
}

std::string filter_text(const std::optional<std::vector<Filter>>& filters) {
  std::string out;
  if (!filters) return out;
  for (const Filter& filter : *filters) {
    out += filter.Name;
    for (const std::string& value : filter.Values) out += "=" + value;
    out += ";";
  }
  return out;
}

}  // namespace haar::rds
