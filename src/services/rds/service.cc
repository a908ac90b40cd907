#include "services/rds/operations.h"

#include <map>

#include "base/arn.h"
#include "model/rds/service.h"
#include "services/rds/fleet/cluster_kind.h"
#include "services/rds/records.h"
#include "services/rds/service.h"

namespace haar::rds {

namespace {

// What keeps the service-linked role from being deleted.
std::vector<api::RoleUse> role_uses(const store::Reader& reader, const AccountId& account,
                                    const Partition& partition) {
  std::map<std::string, std::vector<std::string>> by_region;
  for (const auto& [key, cluster] : reader.scan(clusters, store::prefix_of(account)))
    by_region[key.region()].push_back(make_arn(partition, "rds", key.region(), account, "cluster:" + cluster.id));
  std::vector<api::RoleUse> out;
  for (auto& [region, arns] : by_region) out.push_back({region, std::move(arns)});
  return out;
}

}  // namespace

const services::Service& manifest() {
  static const services::Service all{
      .model = service(),
      .rows = {&clusters_operations(), &modify_cluster_operations(), &instances_operations(),
                &subnet_groups_operations(), &engine_versions_operations(), &tags_operations()},
      .spaces = {&clusters, &instances, &cluster_states, &instance_states, &subnet_groups, &domains},
      .add_tagged = add_tagged,
      .is_regional = true,
      .role_principal = "rds.amazonaws.com",
      .role_uses = role_uses,
      .make_kind = make_kind,
      .data_folder = "rds",
  };
  return all;
}

}  // namespace haar::rds
