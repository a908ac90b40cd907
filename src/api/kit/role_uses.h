// What still uses an account's service-linked role: while there is any, the role is not deleted.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/names.h"
#include "store/reader.h"

namespace haar::api {

struct RoleUse {
  std::string region;
  std::vector<std::string> resource_arns;
};

// By the service principal of each service; the composition root puts the whole into the Environment.
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

}  // namespace haar::api
