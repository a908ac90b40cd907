// Facts that policies are decided by, compiled in (data/README.md says where they are from).
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace haar::data {

namespace detail {
extern const std::string_view rcp_service_table[];
extern const std::size_t rcp_service_count;
extern const std::string_view multivalued_key_table[];
extern const std::size_t multivalued_key_count;
}  // namespace detail

// The prefixes of the services whose resources resource control policies cover, sorted.
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html#rcp-supported-services
inline std::span<const std::string_view> rcp_services() {
  return {detail::rcp_service_table, detail::rcp_service_count};
}

// The condition keys of services whose values are lists, in lower case, sorted. Global keys are not among them.
inline std::span<const std::string_view> multivalued_keys() {
  return {detail::multivalued_key_table, detail::multivalued_key_count};
}

}  // namespace haar::data
