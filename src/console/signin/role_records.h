// The roles that a person has switched to, to be chosen again.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "store/space.h"

namespace haar::console {

struct KnownRole {
  std::string account, role_name, display_name, color;
  template <class V>
  void fields(V& v) {
    v(1, account), v(2, role_name), v(3, display_name), v(4, color);
  }
};

struct RoleHistoryRecord {
  static constexpr std::string_view record_name = "console.role-history";
  static constexpr std::uint32_t record_version = 1;

  std::vector<KnownRole> roles;  // newest first
  template <class V>
  void fields(V& v) {
    v(1, roles);
  }
};

// (account of who signed in, global, principal's id)
extern const store::KeySpace<RoleHistoryRecord> role_histories;

}  // namespace haar::console
