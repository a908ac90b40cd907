#include "services/elasticache/operations.h"

#include <map>

#include "base/arn.h"
#include "model/elasticache/service.h"
#include "services/elasticache/records.h"

namespace haar::elasticache {

void register_elasticache(api::Registry& registry) {
  registry.add(service(), {&clusters_operations(), &subnet_groups_operations(), &engine_versions_operations(),
                           &tags_operations()});
}

std::vector<const store::SpaceBase*> elasticache_spaces() {
  return {&clusters, &nodes, &cluster_states, &node_states, &subnet_groups, &domains};
}

std::vector<iam::RoleUse> elasticache_role_uses(const store::Reader& reader, const AccountId& account,
                                                const Partition& partition) {
  std::map<std::string, std::vector<std::string>> by_region;
  for (const auto& [key, cluster] : reader.scan(clusters, store::prefix_of(account)))
    by_region[key.region()].push_back(make_arn(partition, "elasticache", key.region(), account, "cluster:" + cluster.id));
  std::vector<iam::RoleUse> out;
  for (auto& [region, arns] : by_region) out.push_back({region, std::move(arns)});
  return out;
}

}  // namespace haar::elasticache
