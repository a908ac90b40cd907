// The AWS managed policies, compiled in (data/README.md says where they are from).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace haar::data {

struct ManagedPolicy {
  std::string_view arn;   // "arn:aws:iam::aws:policy/AdministratorAccess"
  std::string_view name;
  std::string_view path;  // "/", "/service-role/", "/aws-service-role/", "/job-function/", "/root-task/"
  std::string_view id;    // "ANPA…", derived from the ARN
  std::string_view version_id;  // "v1", the default version and the only one there is
  std::int64_t created = 0;     // seconds since 1970
  std::int64_t updated = 0;
  std::string_view document;    // JSON without white space

  // Policies of service-linked roles and of AssumeRoot cannot be attached by customers.
  [[nodiscard]] constexpr bool attachable_by_customers() const {
    return path != "/aws-service-role/" && path != "/root-task/";
  }
};

// Sorted by ARN.
std::span<const ManagedPolicy> managed_policies();
// nullptr if there is none of that ARN. Other partitions have the same policies under their own name:
// "arn:aws-cn:iam::aws:policy/…" is found only as "arn:aws:…".
const ManagedPolicy* find_managed_policy(std::string_view arn);

namespace detail {
extern const std::size_t managed_policy_count;
extern const ManagedPolicy managed_policy_table[];
}  // namespace detail

}  // namespace haar::data
