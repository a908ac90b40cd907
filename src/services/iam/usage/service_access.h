// Which services policies let their holder use: "permissions policy logic" as the last-accessed reports and
// ListPoliciesGrantingServiceAccess apply it. Pure.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html
#pragma once

#include <string_view>
#include <vector>

#include "data/service_names.h"

namespace haar::iam {

// A service counts as allowed when some statement allows one of its actions, on whatever resource and under
// whatever condition, and no statement denies all of it without condition on every resource. How far AWS
// weighs denials here its pages do not say; one that leaves nothing of a service leaves no access either.
class ServiceAccess {
 public:
  ServiceAccess();
  // A document that was checked when it was stored; one that cannot be read adds nothing.
  void add(std::string_view document);
  [[nodiscard]] bool allows(std::string_view prefix) const;
  // Sorted by prefix.
  [[nodiscard]] std::vector<const data::ServiceName*> services() const;
  // Only what both allow: the levels of an organization.
  void restrict_to(const ServiceAccess& other);
  // Every service there is.
  static ServiceAccess everything();

 private:
  // By position in data::service_names().
  std::vector<bool> allowed_, denied_;
};

}  // namespace haar::iam
