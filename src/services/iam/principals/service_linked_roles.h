// Service-linked roles: made for one service of AWS, named and equipped by it, changed by nobody else.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/names.h"
#include "store/reader.h"

namespace haar::iam {

bool has_linked_role(const store::Reader& reader, const AccountId& account, std::string_view service);
// Makes the account's role of a service that has one, as the service itself does (organizations, in a new member
// account); nothing if the account has it. Asserts that the service has such a role.
void put_linked_role(store::Txn& txn, Random& random, const Partition& partition, const AccountId& account,
                     std::string_view service, Timestamp now);

// What still uses an account's role, by region: while there is any, the role is not deleted. Services add
// theirs at start-up; the composition root puts the whole into the Environment.
struct RoleUse {
  std::string region;
  std::vector<std::string> resource_arns;
};
class RoleUses {
 public:
  using Find = std::function<std::vector<RoleUse>(const store::Reader&, const AccountId&)>;
  void add(std::string service_principal, Find find) { by_service_[std::move(service_principal)] = std::move(find); }
  [[nodiscard]] std::vector<RoleUse> find(const store::Reader& reader, const AccountId& account,
                                          const std::string& service_principal) const {
    const auto at = by_service_.find(service_principal);
    return at == by_service_.end() ? std::vector<RoleUse>{} : at->second(reader, account);
  }

 private:
  std::map<std::string, Find> by_service_;
};

}  // namespace haar::iam
