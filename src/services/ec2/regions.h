// Regions and Availability Zones: facts, see regions_data.cc for where they come from.
#pragma once

#include <span>
#include <string_view>

namespace haar::ec2 {

struct ZoneFacts {
  std::string_view name;  // "us-east-1a"
  std::string_view id;    // "use1-az6"
};

struct RegionFacts {
  std::string_view name;       // "us-east-1"
  std::string_view long_name;  // "US East (N. Virginia)"
  // Enabled in every account from the start ("opt-in-not-required"); the others are opted into.
  bool enabled_by_default = false;
  std::span<const ZoneFacts> zones;
};

// In the order in which DescribeRegions lists them.
std::span<const RegionFacts> all_regions();
// nullptr: AWS has no such region.
const RegionFacts* find_region(std::string_view name);

}  // namespace haar::ec2
