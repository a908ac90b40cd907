// ModifyDBInstance, RebootDBInstance.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Modifying.html
#include <fmt/format.h>

#include "api/kit/built_value.h"
#include "api/kit/row.h"
#include "base/encoding.h"
#include "model/rds/ModifyDBInstance.h"
#include "model/rds/RebootDBInstance.h"
#include "model/rds/service.h"
#include "services/rds/cluster_lookup.h"
#include "services/rds/engine_versions.h"
#include "services/rds/names.h"
#include "services/rds/operations.h"
#include "services/rds/parameters/groups.h"
#include "services/rds/pending.h"
#include "services/rds/prepared.h"
#include "services/rds/rename.h"
#include "services/rds/standalone/hidden_cluster.h"
#include "services/rds/standalone/modify.h"
#include "services/rds/status.h"
#include "services/rds/views.h"

namespace haar::rds {
namespace {

using api::Call;

// ---- ModifyDBInstance -------------------------------------------------------------------------------

// What an instance of a cluster may not change: it is the cluster's. AWS's texts were found for some of them only.
Result<void> check_belongs_to_instance(const ModifyDBInstanceMessage& in) {
  const auto refuse = [](std::string_view what) {
    return errors::InvalidParameterCombination(
        fmt::format("The specified DB Instance is a member of a DB Cluster. Modify {} for the DB Cluster using the "
                    "ModifyDbCluster API", what));
  };
  if (in.MasterUserPassword) return refuse("the master user password");
  if (in.BackupRetentionPeriod) return refuse("backup retention period");
  if (in.PreferredBackupWindow) return refuse("backup window");
  if (in.DBPortNumber) return refuse("database endpoint port");
  if (in.VpcSecurityGroupIds && !in.VpcSecurityGroupIds->empty()) return refuse("vpc security group");
  if (in.AllocatedStorage) return refuse("allocated storage");
  if (in.StorageType || in.Iops || in.StorageThroughput) return refuse("storage");
  if (in.EngineVersion) return refuse("engine version");
  if (in.DeletionProtection) return refuse("deletion protection");
  if (in.EnableIAMDatabaseAuthentication) return refuse("IAM database authentication");
  return {};
}

Result<void> check_changes(const ModifyDBInstanceMessage& in) {
  if (in.MultiAZ.value_or(false))
    return Error{"NotImplemented", "Multi-AZ DB instances are not implemented by haar.", 501, Fault::receiver};
  TRY(api::require_built_value("The certificate authority", in.CACertificateIdentifier, certificate_authority));
  if (const std::int32_t tier = in.PromotionTier.value_or(1); tier < 0 || tier > 15)
    return errors::InvalidParameterValue(fmt::format("Invalid promotion tier: {}. Must be between 0 and 15.", tier));
  return check_windows(nullptr, in.PreferredMaintenanceWindow ? &*in.PreferredMaintenanceWindow : nullptr);
}

Error instance_not_found(std::string_view id) {
  return errors::DBInstanceNotFound(fmt::format("DBInstance {} not found.", id));
}

// One that may be changed and restarted: whatever its engine does at the moment.
Result<InstanceRecord> find_available(const Call& call, const std::string& identifier) {
  const std::string id = identifier_of(identifier, "db");
  const InstanceRecord* record = call.txn.get(instances, call.key(id));
  if (record == nullptr) return instance_not_found(id);
  if (status_in(call.txn, call.key(id), *record) != status::available)
    return errors::InvalidDBInstanceState("Database instance is not in available state.");
  return *record;
}

Result<PreparedPassword> prepare_password(const api::Environment& env, const ModifyDBInstanceMessage& in) {
  PreparedPassword out;
  if (!in.MasterUserPassword) return out;
  TRY(check_master_password(*in.MasterUserPassword));
  out.verifiers = TRY(master_verifiers(*in.MasterUserPassword, env.random));
  return out;
}

Result<ModifyDBInstanceResult> modify_db_instance(Call& call, const ModifyDBInstanceMessage& in,
                                                  const PreparedPassword& prepared) {
  TRY(check_changes(in));
  const std::string id = identifier_of(in.DBInstanceIdentifier, "db");
  const InstanceRecord* found = call.txn.get(instances, call.key(id));
  if (found == nullptr) return instance_not_found(id);
  const ClusterRecord* cluster = call.txn.get(clusters, call.key(found->cluster_id));
  if (cluster == nullptr) return instance_not_found(id);
  TRY(cluster->standalone ? check_standalone_changes(in) : check_belongs_to_instance(in));
  if (in.DBInstanceClass) TRY(check_instance_class(*in.DBInstanceClass, cluster->engine));
  TRY(check_option_group(in.OptionGroupName, *cluster));
  InstanceRecord changed = TRY(find_available(call, in.DBInstanceIdentifier));
  ++changed.generation;
  if (in.DBParameterGroupName) {
    changed.parameter_group =
        TRY(choose_parameter_group(call, in.DBParameterGroupName, cluster->engine, cluster->engine_version));
  }
  changed.maintenance_window = to_lower(in.PreferredMaintenanceWindow.value_or(changed.maintenance_window));
  changed.promotion_tier = in.PromotionTier.value_or(changed.promotion_tier);
  changed.publicly_accessible = in.PubliclyAccessible.value_or(changed.publicly_accessible);
  changed.auto_minor_version_upgrade = in.AutoMinorVersionUpgrade.value_or(changed.auto_minor_version_upgrade);
  const bool at_once = in.ApplyImmediately.value_or(false);
  // Asking again for the class that it has takes a waiting change back. With ApplyImmediately, what waited is applied, too.
  if (in.DBInstanceClass) changed.pending_class = *in.DBInstanceClass == changed.instance_class ? "" : *in.DBInstanceClass;
  if (cluster->standalone) TRY(modify_standalone(call, in, prepared, *cluster, changed));
  if (in.NewDBInstanceIdentifier) {
    const bool same = to_lower(*in.NewDBInstanceIdentifier) == changed.id;
    changed.pending_id = same ? "" : TRY(new_instance_id(call, changed, *in.NewDBInstanceIdentifier));
  }
  if (at_once) apply_pending(call, changed);
  schedule_pending(call, changed);
  call.txn.put(instances, call.key(changed.id), changed);
  ModifyDBInstanceResult out;
  out.DBInstance = to_instance(call, changed);
  return out;
}

void needs_modify_db_instance(const Call& call, const ModifyDBInstanceMessage& in, api::Requirements& needs) {
  api::Requirement& need = need_instance(call, identifier_of(in.DBInstanceIdentifier, "db"), needs);
  need.key("rds:ManageMasterUserPassword", truth(in.ManageMasterUserPassword));
  if (in.DBParameterGroupName) {
    need_parameter_group(call, to_lower(*in.DBParameterGroupName), needs)
        .key("rds:ManageMasterUserPassword", truth(in.ManageMasterUserPassword));
  }
}

// ---- RebootDBInstance -------------------------------------------------------------------------------

Result<RebootDBInstanceResult> reboot_db_instance(Call& call, const RebootDBInstanceMessage& in) {
  InstanceRecord changed = TRY(find_available(call, in.DBInstanceIdentifier));
  ++changed.generation;
  ++changed.reboots;
  call.txn.put(instances, call.key(changed.id), changed);
  RebootDBInstanceResult out;
  out.DBInstance = to_instance(call, changed);
  return out;
}

void needs_reboot_db_instance(const Call& call, const RebootDBInstanceMessage& in, api::Requirements& needs) {
  need_instance(call, identifier_of(in.DBInstanceIdentifier, "db"), needs);
}

}  // namespace

const api::Operations& modify_instance_operations() {
  static const api::Operations rows = {
      api::op<ops::ModifyDBInstance>(modify_db_instance, api::on(needs_modify_db_instance), api::prepare(prepare_password),
          api::takes("DBInstanceIdentifier DBInstanceClass DBParameterGroupName PreferredMaintenanceWindow PromotionTier "
                     "PubliclyAccessible AutoMinorVersionUpgrade ApplyImmediately CACertificateIdentifier "
                     "MasterUserPassword BackupRetentionPeriod PreferredBackupWindow DBPortNumber VpcSecurityGroupIds "
                     "AllocatedStorage EngineVersion DeletionProtection StorageType Iops StorageThroughput MultiAZ "
                     "OptionGroupName CopyTagsToSnapshot NewDBInstanceIdentifier AllowMajorVersionUpgrade "
                     "EnableIAMDatabaseAuthentication")),
      api::op<ops::RebootDBInstance>(reboot_db_instance, api::on(needs_reboot_db_instance),
          api::takes("DBInstanceIdentifier")),
  };
  return rows;
}

}  // namespace haar::rds
