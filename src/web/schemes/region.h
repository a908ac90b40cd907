// The region that a request acts in, where its signature does not name it.
#pragma once

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include "base/names.h"

namespace haar::web {

// Global services act in one, whatever region a client signed for.
inline constexpr std::string_view global_services_region = "us-east-1";

// The region that the host names, since no signature does: "sts.eu-west-1.amazonaws.com",
// "portal.sso.eu-west-1.amazonaws.com", "eu-west-1.signin.aws.amazon.com". The global endpoint's is us-east-1.
inline Region region_of_host(std::string_view host, const std::set<std::string>& regions) {
  host = host.substr(0, host.find(':'));
  while (!host.empty()) {
    const std::size_t end = std::min(host.find('.'), host.size());
    const auto named = regions.find(std::string(host.substr(0, end)));
    if (named != regions.end()) return Region(*named);
    host.remove_prefix(std::min(end + 1, host.size()));
  }
  return Region(global_services_region);
}

}  // namespace haar::web
