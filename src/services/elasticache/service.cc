#include "services/elasticache/operations.h"

#include "model/elasticache/service.h"
#include "services/elasticache/fleet/cluster_kind.h"
#include "services/elasticache/quotas.h"
#include "services/elasticache/records.h"
#include "services/elasticache/service.h"
#include "services/elasticache/snapshots/records.h"
#include "services/elasticache/users/records.h"
#include "services/managed/service_role.h"

namespace haar::elasticache {

namespace {

std::vector<api::RoleUse> role_uses(const store::Reader& reader, const AccountId& account,
                                    const Partition& partition) {
  return managed::role_uses(reader, clusters, "elasticache", account, partition);
}

}  // namespace

const services::Service& manifest() {
  static const services::Service all{
      .model = service(),
      .rows = {&clusters_operations(), &modify_cluster_operations(), &groups_operations(), &group_changes_operations(),
                &subnet_groups_operations(), &engine_versions_operations(), &parameter_groups_operations(),
                &parameter_lists_operations(), &reboot_operations(), &events_operations(), &snapshots_operations(),
                &tags_operations(), &empty_lists_operations(), &users_operations(), &user_groups_operations()},
      .spaces = {&clusters, &nodes, &cluster_states, &node_states, &groups, &group_states, &subnet_groups, &domains,
                 &parameter_groups, &events, &snapshots, &snapshot_states, &users, &user_groups},
      .quotas = {&subnet_groups_per_region, &subnets_per_subnet_group, &parameter_groups_per_region,
                 &manual_snapshots_per_region},
      .add_tagged = add_tagged,
      .is_regional = true,
      .role_principal = "elasticache.amazonaws.com",
      .role_uses = role_uses,
      .make_kinds = make_kinds,
      .data_folder = "elasticache",
  };
  return all;
}

}  // namespace haar::elasticache
