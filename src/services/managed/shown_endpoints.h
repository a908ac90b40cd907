// What stands for an endpoint in the answers of Describe calls: the address of this machine, which works at once for
// everybody, or AWS's name, for whoever lets names be resolved (docs/decisions/2026-11-30-names-of-endpoints.md).
#pragma once

#include <string>

#include "api/kit/call.h"

namespace haar::managed {

// In the Environment; none: addresses.
struct ShownEndpoints {
  bool by_name = false;
};

inline std::string shown_endpoint(const api::Call& call, const std::string& name, const std::string& address) {
  const auto* shown = call.env.find_part<ShownEndpoints>();
  return shown != nullptr && shown->by_name ? name : address;
}

}  // namespace haar::managed
