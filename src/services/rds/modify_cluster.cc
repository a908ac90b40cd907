// ModifyDBCluster: what can be changed without touching the engine's place or version. All of it takes effect at
// once: haar has no maintenance windows, so ApplyImmediately makes no difference.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Modifying.html
#include <fmt/format.h>

#include "api/kit/row.h"
#include "auth/password.h"
#include "base/encoding.h"
#include "model/rds/ModifyDBCluster.h"
#include "model/rds/service.h"
#include "services/rds/cluster_lookup.h"
#include "services/rds/names.h"
#include "services/rds/operations.h"
#include "services/rds/parameters/groups.h"
#include "services/rds/placement.h"
#include "services/rds/prepared.h"
#include "services/rds/status.h"
#include "services/rds/views.h"

namespace haar::rds {
namespace {

using api::Call;

Result<PreparedPassword> prepare_password(const api::Environment& env, const ModifyDBClusterMessage& in) {
  PreparedPassword out;
  if (!in.MasterUserPassword) return out;
  TRY(check_master_password(*in.MasterUserPassword));
  out.verifier = TRY(auth::scram_sha256_verifier(*in.MasterUserPassword, env.random));
  return out;
}

Result<void> check_changes(const ModifyDBClusterMessage& in) {
  // Here the false value is the one that asks for something; the true one is what a cluster has.
  if (!in.EnableVPCNetworking.value_or(true))
    return Error{"NotImplemented", "DB clusters without VPC networking are not implemented by haar.", 501, Fault::receiver};
  if (in.Port) TRY(check_port(*in.Port));
  return check_settings(in.BackupRetentionPeriod, in.PreferredBackupWindow, in.PreferredMaintenanceWindow);
}

Result<ModifyDBClusterResult> modify_db_cluster(Call& call, const ModifyDBClusterMessage& in,
                                                const PreparedPassword& prepared) {
  TRY(check_changes(in));
  const ClusterRecord* record = TRY(find_cluster(call, in.DBClusterIdentifier));
  if (status_in(call.txn, call.key(record->id), *record) != status::available)
    return errors::InvalidDBClusterStateFault(fmt::format("DB Cluster {} is not in the available state.", record->id));
  ClusterRecord changed = *record;
  ++changed.generation;
  if (in.VpcSecurityGroupIds && !in.VpcSecurityGroupIds->empty())
    TRY(change_security_groups(call, changed, *in.VpcSecurityGroupIds));
  if (!prepared.verifier.empty()) {
    changed.master_verifier = prepared.verifier;
    ++changed.password_generation;  // the fleet sets it in the engine
  }
  changed.backup_retention_days = in.BackupRetentionPeriod.value_or(changed.backup_retention_days);
  changed.backup_window = in.PreferredBackupWindow.value_or(changed.backup_window);
  changed.maintenance_window = to_lower(in.PreferredMaintenanceWindow.value_or(changed.maintenance_window));
  if (in.DBClusterParameterGroupName) {
    changed.parameter_group = TRY(choose_cluster_parameter_group(call, in.DBClusterParameterGroupName, changed.engine,
                                                                 changed.engine_version));
  }
  changed.port = in.Port.value_or(changed.port);  // the endpoints' at once; the engine is started again with it
  changed.copy_tags_to_snapshot = in.CopyTagsToSnapshot.value_or(changed.copy_tags_to_snapshot);
  changed.deletion_protection = in.DeletionProtection.value_or(changed.deletion_protection);
  changed.auto_minor_version_upgrade = in.AutoMinorVersionUpgrade.value_or(changed.auto_minor_version_upgrade);
  call.txn.put(clusters, call.key(changed.id), changed);
  ModifyDBClusterResult out;
  out.DBCluster = to_cluster(call, changed);
  return out;
}

void needs_modify_db_cluster(const Call& call, const ModifyDBClusterMessage& in, api::Requirements& needs) {
  api::Requirement& need = need_cluster(call, identifier_of(in.DBClusterIdentifier, "cluster"), needs);
  if (in.ManageMasterUserPassword) need.key("rds:ManageMasterUserPassword", truth(in.ManageMasterUserPassword));
  if (in.DBClusterInstanceClass) need.key("rds:DatabaseClass", *in.DBClusterInstanceClass);
  if (in.AllocatedStorage) need.key("rds:StorageSize", std::to_string(*in.AllocatedStorage));
  if (in.Iops) need.key("rds:Piops", std::to_string(*in.Iops));
  if (in.DBClusterParameterGroupName) {
    const auto keys = need.keys;  // those of the request
    api::Requirement& group = need_cluster_parameter_group(call, to_lower(*in.DBClusterParameterGroupName), needs);
    for (const auto& key : keys) {
      if (key.first.starts_with("rds:") && key.first.find("-tag/") == std::string::npos) group.keys.push_back(key);
    }
  }
}

}  // namespace

const api::Operations& modify_cluster_operations() {
  static const api::Operations rows = {
      api::op<ops::ModifyDBCluster>(modify_db_cluster, api::on(needs_modify_db_cluster),
          api::prepare(prepare_password),
          api::takes("DBClusterIdentifier BackupRetentionPeriod VpcSecurityGroupIds MasterUserPassword "
                     "PreferredBackupWindow PreferredMaintenanceWindow DeletionProtection AutoMinorVersionUpgrade "
                     "EnableVPCNetworking Port DBClusterParameterGroupName CopyTagsToSnapshot"),
          api::without_effect("ApplyImmediately", "what haar changes, AWS changes at once either way")),
  };
  return rows;
}

}  // namespace haar::rds
