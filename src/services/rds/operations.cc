#include "services/rds/operations.h"

#include <map>

#include "base/arn.h"
#include "model/rds/service.h"
#include "services/rds/records.h"

namespace haar::rds {

void register_rds(api::Registry& registry) {
  registry.add(service(), {&clusters_operations(), &modify_cluster_operations(), &instances_operations(),
                           &subnet_groups_operations(), &engine_versions_operations(), &tags_operations()});
}

std::vector<const store::SpaceBase*> rds_spaces() {
  return {&clusters, &instances, &cluster_states, &instance_states, &subnet_groups, &domains};
}

std::vector<iam::RoleUse> rds_role_uses(const store::Reader& reader, const AccountId& account,
                                        const Partition& partition) {
  std::map<std::string, std::vector<std::string>> by_region;
  for (const auto& [key, cluster] : reader.scan(clusters, store::prefix_of(account)))
    by_region[key.region()].push_back(make_arn(partition, "rds", key.region(), account, "cluster:" + cluster.id));
  std::vector<iam::RoleUse> out;
  for (auto& [region, arns] : by_region) out.push_back({region, std::move(arns)});
  return out;
}

}  // namespace haar::rds
