#include "services/elasticache/operations.h"

#include <map>

#include "base/arn.h"
#include "model/elasticache/service.h"
#include "services/elasticache/fleet/cluster_kind.h"
#include "services/elasticache/records.h"
#include "services/elasticache/service.h"

namespace haar::elasticache {

namespace {

// What keeps the service-linked role from being deleted.
std::vector<api::RoleUse> role_uses(const store::Reader& reader, const AccountId& account,
                                    const Partition& partition) {
  std::map<std::string, std::vector<std::string>> by_region;
  for (const auto& [key, cluster] : reader.scan(clusters, store::prefix_of(account)))
    by_region[key.region()].push_back(make_arn(partition, "elasticache", key.region(), account, "cluster:" + cluster.id));
  std::vector<api::RoleUse> out;
  for (auto& [region, arns] : by_region) out.push_back({region, std::move(arns)});
  return out;
}

}  // namespace

const services::Service& manifest() {
  static const services::Service all{
      .model = service(),
      .rows = {&clusters_operations(), &subnet_groups_operations(), &engine_versions_operations(),
                &tags_operations()},
      .spaces = {&clusters, &nodes, &cluster_states, &node_states, &subnet_groups, &domains},
      .add_tagged = add_tagged,
      .is_regional = true,
      .role_principal = "elasticache.amazonaws.com",
      .role_uses = role_uses,
      .make_kind = make_kind,
      .data_folder = "elasticache",
  };
  return all;
}

}  // namespace haar::elasticache
