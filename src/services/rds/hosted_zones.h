// The hosted zones of RDS's endpoints, which alias records name.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace haar::rds {

// nullopt: the region's is not among haar's facts.
std::optional<std::string> hosted_zone_of(std::string_view region);

}  // namespace haar::rds
