#include "services/rds/operations.h"

#include "model/rds/service.h"
#include "services/managed/service_role.h"
#include "services/rds/access/records.h"
#include "services/rds/certificates.h"
#include "services/rds/endpoints/records.h"
#include "services/rds/fleet/cluster_kind.h"
#include "services/rds/global/records.h"
#include "services/rds/more_operations.h"
#include "services/rds/options/records.h"
#include "services/rds/quotas.h"
#include "services/rds/records.h"
#include "services/rds/roles/records.h"
#include "services/rds/service.h"
#include "services/rds/snapshots/lookup.h"
#include "services/rds/snapshots/operations.h"
#include "services/rds/snapshots/records.h"
#include "services/rds/standalone/hidden_cluster.h"
#include "services/rds/standalone/lifecycle.h"

namespace haar::rds {

namespace {

std::vector<api::RoleUse> role_uses(const store::Reader& reader, const AccountId& account,
                                    const Partition& partition) {
  std::vector<api::RoleUse> out = managed::role_uses(reader, clusters, "rds", account, partition);
  for (api::RoleUse& use : out) {
    for (std::string& arn : use.resource_arns) {
      // Of an instance without a cluster, which has its record under the instance's resource id.
      const std::string id = arn.substr(arn.rfind(':') + 1);
      const store::Key key = store::key_of(account, use.region, id);
      const ClusterRecord* cluster = reader.get(clusters, key);
      if (cluster == nullptr || !cluster->standalone) continue;
      const InstanceRecord* instance = instance_of(reader, key, *cluster);
      arn = make_arn(partition, "rds", use.region, account, "db:" + (instance == nullptr ? id : instance->id));
    }
  }
  return out;
}

}  // namespace

const services::Service& manifest() {
  static const services::Service all{
      .model = service(),
      .rows = {&clusters_operations(), &modify_cluster_operations(), &instances_operations(), &modify_instance_operations(),
               &stop_cluster_operations(), &failover_cluster_operations(), &http_endpoint_operations(),
               &standalone_operations(),
                &subnet_groups_operations(), &parameter_groups_operations(), &parameter_lists_operations(),
               &engine_versions_operations(), &events_operations(), &option_groups_operations(),
               &catalogs_operations(), &empty_lists_operations(),
               &tags_operations(), &cluster_snapshots_operations(), &snapshot_attributes_operations(),
               &restore_operations(), &automated_backups_operations(), &custom_endpoints_operations(), &log_files_operations(),
               &global_clusters_operations(), &cluster_roles_operations(), &maintenance_operations(),
               &certificates_operations()},
      .spaces = {&clusters, &instances, &cluster_states, &instance_states, &subnet_groups, &domains,
                 &cluster_parameter_groups, &parameter_groups, &events, &snapshots, &snapshot_states, &retained_backups,
                 &backup_states, &restores, &engine_certificates, &custom_endpoints, &option_groups, &global_clusters,
                 &certificate_choices, &cluster_roles},
      .quotas = {&subnet_groups_per_region, &subnets_per_subnet_group, &cluster_parameter_groups_per_region,
                 &parameter_groups_per_region, &cluster_snapshots_per_region, &option_groups_per_region},
      .add_tagged = add_tagged,
      .is_regional = true,
      .role_principal = "rds.amazonaws.com",
      .role_uses = role_uses,
      .make_kinds = make_kinds,
      .data_folder = "rds",
  };
  return all;
}

}  // namespace haar::rds
