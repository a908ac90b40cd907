// The services that have a service-linked role, compiled in (data/README.md says where the list is from).
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace haar::data {

struct ServiceLinkedRole {
  std::string_view principal;    // "rds.amazonaws.com"
  std::string_view role_name;    // "AWSServiceRoleForRDS"
  std::string_view policy;       // name of AWS's policy under /aws-service-role/
  std::string_view description;  // what the service itself writes; empty where that is not known
  bool custom_suffix = false;    // several roles, told apart by a suffix
};

// Sorted by principal.
std::span<const ServiceLinkedRole> service_linked_roles();
// nullptr: the service has no service-linked role.
const ServiceLinkedRole* find_service_linked_role(std::string_view principal);

namespace detail {
extern const std::size_t service_linked_role_count;
extern const ServiceLinkedRole service_linked_role_table[];
}  // namespace detail

}  // namespace haar::data
