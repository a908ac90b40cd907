// Countries by their ISO 3166-1 codes, in the order of their names: of iso3166.tab in the tz database (2025b), which is in the
// public domain. https://www.iana.org/time-zones
#pragma once

#include <span>
#include <string_view>

namespace haar::console {

struct Country {
  std::string_view code, name;
};
std::span<const Country> all_countries();
// Whether there is one of this code.
bool is_country(std::string_view code);

}  // namespace haar::console
