#include "services/rds/access/iam_setting.h"
#include "services/rds/standalone/hidden_cluster.h"

#include <fmt/format.h>

#include "base/encoding.h"
#include "model/rds/service.h"
#include "services/rds/engine_facts.h"
#include "services/rds/engine_versions.h"
#include "services/rds/instance_classes.h"
#include "services/rds/names.h"
#include "services/rds/placement.h"
#include "services/rds/standalone/storage.h"

namespace haar::rds {
namespace {

constexpr std::int32_t default_retention_days = 1;

Error must_be_given(std::string_view parameter) {
  return errors::InvalidParameterValue(fmt::format("The parameter {} must be provided and must not be blank.", parameter));
}

Result<void> check_class(const CreateDBInstanceMessage& in, const EngineVersion& version) {
  const InstanceClass* found = find_instance_class(in.DBInstanceClass);
  if (found == nullptr || found->of_rds) return check_instance_class(in.DBInstanceClass, in.Engine);
  return errors::InvalidParameterCombination(fmt::format(
      "RDS does not support creating a DB instance with the following combination: DBInstanceClass={}, Engine={}, "
      "EngineVersion={}, LicenseModel={}. For supported combinations of instance class and database engine version, see the "
      "documentation.",
      in.DBInstanceClass, in.Engine, version.version, facts_of(in.Engine).license));
}

}  // namespace

std::size_t shown_clusters(const api::Call& call) {
  std::size_t count = 0;
  for (const auto& [key, cluster] : call.txn.scan(clusters, store::prefix_of(call.account(), call.region())))
    count += cluster.standalone ? 0 : 1;
  return count;
}

const InstanceRecord* instance_of(const store::Reader& reader, const store::Key& cluster_key, const ClusterRecord& cluster) {
  for (const auto& [key, instance] : reader.find(instances, instances_by_cluster,
                                                 store::join(cluster_key.account(), cluster_key.region(), cluster.id)))
    return &instance;
  return nullptr;
}

const ClusterRecord* hidden_cluster_of(const api::Call& call, const InstanceRecord& instance) {
  const ClusterRecord* cluster = call.txn.get(clusters, call.key(instance.cluster_id));
  return cluster != nullptr && cluster->standalone ? cluster : nullptr;
}

Result<void> check_option_group(const std::optional<std::string>& asked, const ClusterRecord& cluster) {
  constexpr std::size_t echoed_max = 255;
  const std::string usual = default_option_group(cluster.engine, cluster.engine_version);
  if (!asked || to_lower(*asked) == usual) return {};
  return errors::OptionGroupNotFoundFault(fmt::format("Specified OptionGroupName: {} not found.", asked->substr(0, echoed_max)));
}

Result<void> check_retention(std::optional<std::int32_t> days) {
  constexpr std::int32_t days_max = 35;
  if (!days || (*days >= 0 && *days <= days_max)) return {};
  return errors::InvalidParameterValue(
      fmt::format("Invalid backup retention period: {}. Must be between 0 and {}", *days, days_max));
}

Result<void> check_standalone(const CreateDBInstanceMessage& in) {
  if (!in.MasterUsername) return must_be_given("MasterUsername");
  if (!in.MasterUserPassword) return must_be_given("MasterUserPassword");
  TRY(check_master_username(*in.MasterUsername, in.Engine));
  if (in.DBName && !check_database_name(*in.DBName, in.Engine).ok()) {
    // The words for a cluster's name them otherwise.
    Error error = check_database_name(*in.DBName, in.Engine).error();
    if (error.message.starts_with("DatabaseName ")) error.message.replace(0, std::string_view("DatabaseName").size(), "DBName");
    return error;
  }
  TRY(check_retention(in.BackupRetentionPeriod));
  return check_windows(in.PreferredBackupWindow ? &*in.PreferredBackupWindow : nullptr, nullptr);
}

Result<const ClusterRecord*> make_hidden_cluster(api::Call& call, const CreateDBInstanceMessage& in,
                                                 const PreparedInstance& prepared, const std::string& resource_id) {
  const EngineVersion version =
      TRY(choose_version(call.env.part<engines::Catalog>(), in.Engine, in.EngineVersion.value_or("")));
  TRY(check_class(in, version));
  const SubnetGroupRecord group = TRY(resolve_subnet_group(call, in.DBSubnetGroupName));
  ClusterRecord record;
  record.standalone = true;
  record.security_group_ids = TRY(resolve_security_groups(call, group.vpc_id, in.VpcSecurityGroupIds));
  record.zones = TRY(resolve_zones(call, group, std::nullopt));
  record.id = resource_id;
  record.resource_id = new_resource_id(call.random(), "cluster-");
  record.engine = version.engine;
  record.engine_version = version.version;
  record.master_username = *in.MasterUsername;
  record.master_verifier = prepared.master_verifier;
  record.database_name = in.DBName.value_or("");
  record.port = in.Port.value_or(facts_of(version.engine).port);
  record.copy_tags_to_snapshot = in.CopyTagsToSnapshot.value_or(false);
  record.subnet_group = group.name;
  record.vpc_id = group.vpc_id;
  record.backup_retention_days = in.BackupRetentionPeriod.value_or(default_retention_days);
  record.backup_window = in.PreferredBackupWindow.value_or(random_backup_window(call.random()));
  record.deletion_protection = in.DeletionProtection.value_or(false);
  TRY(check_iam_setting(version.engine, in.EnableIAMDatabaseAuthentication));
  record.iam_authentication = in.EnableIAMDatabaseAuthentication.value_or(false);
  record.created_at = call.now();
  domain_label(call);
  const store::Key key = call.key(record.id);
  call.txn.put(clusters, key, std::move(record));
  return call.txn.get(clusters, key);
}

Result<void> set_storage(const CreateDBInstanceMessage& in, InstanceRecord& instance) {
  InstanceStorage storage =
      TRY(new_storage(in.Engine, {in.StorageType, in.AllocatedStorage, in.Iops, in.StorageThroughput}));
  instance.storage_type = std::move(storage.type);
  instance.storage_gib = storage.gib;
  instance.iops = storage.iops;
  instance.storage_throughput = storage.throughput;
  return {};
}

}  // namespace haar::rds
