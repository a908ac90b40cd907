// ModifyDBCluster. All of it takes effect at once; what AWS would keep for the maintenance window is refused.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Modifying.html
#include <fmt/format.h>

#include "api/kit/row.h"
#include "base/encoding.h"
#include "model/rds/ModifyDBCluster.h"
#include "model/rds/service.h"
#include "services/rds/access/iam_setting.h"
#include "services/rds/cluster_lookup.h"
#include "services/rds/names.h"
#include "services/rds/operations.h"
#include "services/rds/parameters/groups.h"
#include "services/rds/placement.h"
#include "services/rds/prepared.h"
#include "services/rds/rename.h"
#include "services/rds/secret/master_secret.h"
#include "services/rds/status.h"
#include "services/rds/upgrade.h"
#include "services/rds/views.h"

namespace haar::rds {
namespace {

using api::Call;

Result<PreparedPassword> prepare_password(const api::Environment& env, const ModifyDBClusterMessage& in) {
  PreparedPassword out;
  if (in.ManageMasterUserPassword.value_or(false)) {
    MasterPassword made = TRY(make_master_password(env.random));
    out.verifiers = std::move(made.verifiers);
    out.password = std::move(made.text);
    return out;
  }
  if (!in.MasterUserPassword) return out;
  TRY(check_master_password(*in.MasterUserPassword));
  out.verifiers = TRY(master_verifiers(*in.MasterUserPassword, env.random));
  return out;
}

Result<void> check_changes(const ModifyDBClusterMessage& in) {
  // Here the false value is the one that asks for something; the true one is what a cluster has.
  if (!in.EnableVPCNetworking.value_or(true))
    return Error{"NotImplemented", "DB clusters without VPC networking are not implemented by haar.", 501, Fault::receiver};
  if (in.Port) TRY(check_port(*in.Port));
  return check_settings(in.BackupRetentionPeriod, in.PreferredBackupWindow, in.PreferredMaintenanceWindow);
}

// The version and the name that a cluster is to have.
Result<void> change_version_and_name(Call& call, const ModifyDBClusterMessage& in, ClusterRecord& cluster) {
  std::optional<std::string> version;
  if (in.EngineVersion)
    version = TRY(new_engine_version(call, cluster, *in.EngineVersion, in.AllowMajorVersionUpgrade.value_or(false)));
  const bool renamed = in.NewDBClusterIdentifier && to_lower(*in.NewDBClusterIdentifier) != cluster.id;
  if ((version || renamed) && !in.ApplyImmediately.value_or(false)) {
    return Error{"NotImplemented",
                 "A cluster's new name or version that waits for the maintenance window is not implemented by haar: say "
                 "ApplyImmediately.",
                 501, Fault::receiver};
  }
  if (version) upgrade_cluster(call, cluster, *version);
  if (renamed) rename_cluster(call, cluster, TRY(new_cluster_id(call, cluster, *in.NewDBClusterIdentifier)));
  return {};
}

// Of the texts below only that of a cluster whose password is not managed was found:
// https://github.com/hashicorp/terraform-provider-aws/pull/48901
Result<void> check_managed(const ModifyDBClusterMessage& in, bool is_managed) {
  const bool password = in.MasterUserPassword.has_value(), rotate = in.RotateMasterUserPassword.value_or(false);
  const auto refuse = [](const char* text) { return errors::InvalidParameterCombination(text); };
  const bool managed = in.ManageMasterUserPassword.value_or(is_managed);
  TRY(check_secret_key(in.MasterUserSecretKmsKeyId, in.ManageMasterUserPassword.value_or(false)));
  if (in.ManageMasterUserPassword && !managed && !is_managed)
    return refuse(
        "You cannot set ManageMasterUserPassword to false because the master user password is not currently managed by RDS.");
  if (password && managed) return refuse("You can't specify MasterUserPassword while RDS manages the master user password.");
  if (!password && is_managed && !managed)
    return refuse("You must specify MasterUserPassword when you set ManageMasterUserPassword to false.");
  if (rotate && !(managed && is_managed))
    return refuse("You can't rotate the master user password because it is not currently managed by RDS.");
  if (rotate && !in.ApplyImmediately.value_or(false))
    return refuse("You must apply the change immediately when rotating the master user password.");
  return {};
}

// A password given, one that RDS is to keep from now on, a secret that is not wanted any more, a new password for one.
Result<void> change_password(Call& call, ClusterRecord& changed, const ModifyDBClusterMessage& in,
                             const PreparedPassword& prepared) {
  const bool is_managed = !changed.master_secret.empty();
  TRY(check_managed(in, is_managed));
  if (in.RotateMasterUserPassword.value_or(false)) return rotate_secret(call, changed);
  if (prepared.verifiers.empty() || (is_managed && !prepared.password.empty())) return {};
  if (is_managed) TRY(drop_secret(call, changed));
  if (!prepared.password.empty()) TRY(keep_in_secret(call, changed, prepared.password));
  changed.master_verifier = prepared.verifiers.of(changed.engine);
  ++changed.password_generation;  // the fleet sets it in the engine
  return {};
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
  TRY(change_password(call, changed, in, prepared));
  changed.backup_retention_days = in.BackupRetentionPeriod.value_or(changed.backup_retention_days);
  changed.backup_window = in.PreferredBackupWindow.value_or(changed.backup_window);
  changed.maintenance_window = to_lower(in.PreferredMaintenanceWindow.value_or(changed.maintenance_window));
  if (in.DBClusterParameterGroupName) {
    changed.parameter_group = TRY(choose_cluster_parameter_group(call, in.DBClusterParameterGroupName, changed.engine,
                                                                 changed.engine_version));
  }
  changed.port = in.Port.value_or(changed.port);  // the endpoints' at once; the engine is started again with it
  changed.copy_tags_to_snapshot = in.CopyTagsToSnapshot.value_or(changed.copy_tags_to_snapshot);
  TRY(check_iam_setting(changed.engine, in.EnableIAMDatabaseAuthentication));
  // Log-ins are judged by the record: the engine goes on as it is.
  changed.iam_authentication = in.EnableIAMDatabaseAuthentication.value_or(changed.iam_authentication);
  changed.deletion_protection = in.DeletionProtection.value_or(changed.deletion_protection);
  changed.http_endpoint = in.EnableHttpEndpoint.value_or(changed.http_endpoint);
  changed.auto_minor_version_upgrade = in.AutoMinorVersionUpgrade.value_or(changed.auto_minor_version_upgrade);
  TRY(change_version_and_name(call, in, changed));
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
                     "EnableVPCNetworking Port DBClusterParameterGroupName CopyTagsToSnapshot ApplyImmediately "
                     "NewDBClusterIdentifier EngineVersion AllowMajorVersionUpgrade ManageMasterUserPassword "
                     "MasterUserSecretKmsKeyId RotateMasterUserPassword EnableHttpEndpoint "
                     "EnableIAMDatabaseAuthentication")),
  };
  return rows;
}

}  // namespace haar::rds
