// The service-linked role as which a service acts in a customer's account.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/kit/call.h"
#include "api/kit/role_uses.h"
#include "base/arn.h"

namespace haar::managed {

// A session of the account's service-linked role of `service_principal` ("rds.amazonaws.com"). The role is made now if
// there is none, on behalf of the caller, who needs iam:CreateServiceLinkedRole for it; else what the service says of
// that refusal.
Result<std::shared_ptr<const api::Caller>> service_caller(api::Call& call, std::string_view service_principal,
                                                          Error (*refusal)());

// The account's clusters, by region: what keeps the role from being deleted.
template <class Record>
std::vector<api::RoleUse> role_uses(const store::Reader& reader, const store::KeySpace<Record>& clusters,
                                    std::string_view service, const AccountId& account, const Partition& partition) {
  std::map<std::string, std::vector<std::string>> by_region;
  for (const auto& [key, cluster] : reader.scan(clusters, store::prefix_of(account)))
    by_region[key.region()].push_back(make_arn(partition, service, key.region(), account, "cluster:" + cluster.id));
  std::vector<api::RoleUse> out;
  for (auto& [region, arns] : by_region) out.push_back({region, std::move(arns)});
  return out;
}

}  // namespace haar::managed
