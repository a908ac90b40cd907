// Every service that policies can name, compiled in (data/README.md says where the list is from).
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace haar::data {

struct ServiceName {
  std::string_view prefix;  // "iam": the service namespace
  std::string_view name;    // "AWS Identity and Access Management (IAM)"
};

// Sorted by prefix.
std::span<const ServiceName> service_names();
// nullptr: no service has this prefix.
const ServiceName* find_service_name(std::string_view prefix);

namespace detail {
extern const std::size_t service_name_count;
extern const ServiceName service_name_table[];
}  // namespace detail

}  // namespace haar::data
