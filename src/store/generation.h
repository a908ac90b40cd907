// The names of generations: what a transaction that looked through records depends on, as narrow as it was looked
// through. A scan depends on its account's records in the space; a look-up in an index, on the records under that term
// alone; a scan of a whole space, on every account of it.
#pragma once

#include <string>
#include <string_view>

#include "store/key.h"

namespace haar::store {

// Of the records of one account in a space; `first_part` as it stands in the key, escaped.
inline std::string account_generation(std::string_view space, std::string_view first_part) {
  std::string name = prefix_of(space, "a").bytes();
  name.append(first_part).push_back(key_detail::separator);
  return name;
}
// Of the records that an index lists under a term.
inline std::string term_generation(std::string_view space, std::string_view index, const Key& term) {
  return prefix_of(space, "i", index, term.bytes()).bytes();
}

inline std::string_view first_part_of(std::string_view key) { return key.substr(0, key.find(key_detail::separator)); }

// What a scan of the prefix depends on: the prefix of the generations' names.
inline std::string generations_of_scan(std::string_view space, std::string_view prefix) {
  if (prefix.find(key_detail::separator) == std::string_view::npos) return prefix_of(space, "a").bytes();
  return account_generation(space, first_part_of(prefix));
}

}  // namespace haar::store
