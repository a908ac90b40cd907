// What the plans look up by the instances' identifiers.
#pragma once

#include <string>

namespace haar::rds {

// As if nothing were known where there is nothing.
template <class Map>
typename Map::mapped_type at(const Map& map, const std::string& id) {
  const auto found = map.find(id);
  return found == map.end() ? typename Map::mapped_type{} : found->second;
}

}  // namespace haar::rds
