// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ModifyInstance.Settings.html
#include "services/rds/access/iam_setting.h"
#include "services/rds/standalone/modify.h"

#include <fmt/format.h>

#include "model/rds/service.h"
#include "services/rds/names.h"
#include "services/rds/placement.h"
#include "services/rds/standalone/hidden_cluster.h"
#include "services/rds/standalone/storage.h"
#include "services/rds/upgrade.h"

namespace haar::rds {
namespace {

Result<void> change_storage(const ModifyDBInstanceMessage& in, const ClusterRecord& hidden, InstanceRecord& instance) {
  if (!in.AllocatedStorage && !in.StorageType && !in.Iops && !in.StorageThroughput) return {};
  const InstanceStorage now{instance.storage_type, instance.storage_gib, instance.iops, instance.storage_throughput};
  const InstanceStorage wanted = TRY(
      changed_storage(hidden.engine, now, {in.StorageType, in.AllocatedStorage, in.Iops, in.StorageThroughput}));
  const bool same = wanted == now;  // which takes a waiting change back
  instance.pending_storage_gib = same ? 0 : wanted.gib;
  instance.pending_storage_type = same ? "" : wanted.type;
  instance.pending_iops = same ? 0 : wanted.iops;
  instance.pending_throughput = same ? 0 : wanted.throughput;
  return {};
}

Result<void> change_version(const api::Call& call, const ModifyDBInstanceMessage& in, const ClusterRecord& hidden,
                            InstanceRecord& instance) {
  if (!in.EngineVersion) return {};
  // Asking for the version that it has takes a waiting change back.
  instance.pending_engine_version =
      TRY(new_engine_version(call, hidden, *in.EngineVersion, in.AllowMajorVersionUpgrade.value_or(false))).value_or("");
  return {};
}

}  // namespace

Result<void> check_standalone_changes(const ModifyDBInstanceMessage& in) {
  if (in.DBPortNumber) TRY(check_port(*in.DBPortNumber));
  TRY(check_retention(in.BackupRetentionPeriod));
  return check_windows(in.PreferredBackupWindow ? &*in.PreferredBackupWindow : nullptr, nullptr);
}

Result<void> modify_standalone(api::Call& call, const ModifyDBInstanceMessage& in, const PreparedPassword& prepared,
                               const ClusterRecord& hidden, InstanceRecord& instance) {
  TRY(change_version(call, in, hidden, instance));
  TRY(change_storage(in, hidden, instance));
  ClusterRecord changed = hidden;
  ++changed.generation;
  if (in.VpcSecurityGroupIds && !in.VpcSecurityGroupIds->empty())
    TRY(change_security_groups(call, changed, *in.VpcSecurityGroupIds));
  if (!prepared.verifiers.empty()) {
    changed.master_verifier = prepared.verifiers.of(changed.engine);
    ++changed.password_generation;  // the fleet sets it in the engine
  }
  changed.backup_retention_days = in.BackupRetentionPeriod.value_or(changed.backup_retention_days);
  changed.backup_window = in.PreferredBackupWindow.value_or(changed.backup_window);
  // "If you change the DBPortNumber value, your database restarts regardless of the value of the ApplyImmediately parameter."
  changed.port = in.DBPortNumber.value_or(changed.port);
  changed.copy_tags_to_snapshot = in.CopyTagsToSnapshot.value_or(changed.copy_tags_to_snapshot);
  TRY(check_iam_setting(changed.engine, in.EnableIAMDatabaseAuthentication));
  changed.iam_authentication = in.EnableIAMDatabaseAuthentication.value_or(changed.iam_authentication);
  changed.deletion_protection = in.DeletionProtection.value_or(changed.deletion_protection);
  const store::Key key = call.key(changed.id);
  call.txn.put(clusters, key, std::move(changed));
  return {};
}

}  // namespace haar::rds
