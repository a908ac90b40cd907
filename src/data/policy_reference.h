// What policies can name of AWS's services: actions and condition keys, compiled in (data/README.md says where they are from).
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace haar::data {

struct ServiceReference {
  std::string_view prefix;   // "iam"
  std::string_view actions;  // "AddRoleToInstanceProfile\n…", sorted
  std::string_view keys;     // "aws:ResourceTag/${TagKey}\niam:PassedToService\n…"
};

// Sorted by prefix.
std::span<const ServiceReference> service_references();
// nullptr: no service has this prefix. In lower case.
const ServiceReference* find_service_reference(std::string_view prefix);

// Calls visit(name) for each line until it returns true; whether it did.
template <class Visit>
bool any_line(std::string_view lines, Visit visit) {
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n');
    if (visit(lines.substr(0, end))) return true;
    lines.remove_prefix(end + 1);
  }
  return false;
}

namespace detail {
extern const std::size_t service_reference_count;
extern const ServiceReference service_reference_table[];
}  // namespace detail

}  // namespace haar::data
