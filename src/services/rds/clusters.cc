// CreateDBCluster, DescribeDBClusters, DeleteDBCluster. A create or delete only writes down what is wanted;
// fleet/cluster_kind.h makes it so.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "api/kit/built_value.h"
#include "api/kit/engine_notice.h"
#include "api/kit/row.h"
#include "base/encoding.h"
#include "model/rds/CreateDBCluster.h"
#include "model/rds/DeleteDBCluster.h"
#include "model/rds/DescribeDBClusters.h"
#include "services/ec2/interfaces/managed_endpoints.h"
#include "services/rds/access/iam_setting.h"
#include "services/rds/cluster_lookup.h"
#include "services/rds/describe.h"
#include "services/rds/engine_facts.h"
#include "services/rds/engine_versions.h"
#include "services/rds/global/membership.h"
#include "services/rds/names.h"
#include "services/rds/master_password.h"
#include "services/rds/operations.h"
#include "services/rds/parameters/groups.h"
#include "services/rds/placement.h"
#include "services/rds/prepared.h"
#include "services/rds/quotas.h"
#include "services/rds/secret/master_secret.h"
#include "services/rds/snapshots/deletion.h"
#include "services/rds/snapshots/lookup.h"
#include "services/rds/standalone/hidden_cluster.h"
#include "services/rds/status.h"
#include "services/rds/tags.h"
#include "services/rds/views.h"

namespace haar::rds {
namespace {

using api::Call;

// Addresses offered to the transaction: more than it needs, since others may take some in between.
constexpr std::size_t address_candidates = 8;

// ---- CreateDBCluster -------------------------------------------------------------------------------

// Hashing and probing are slow: done before the transaction. Says nothing about permissions, so it checks
// nothing but what the input itself breaks.
Result<PreparedCluster> prepare_cluster(const api::Environment& env, const CreateDBClusterMessage& in) {
  PreparedCluster out;
  if (in.MasterUserPassword) {
    TRY(check_master_password(*in.MasterUserPassword));
    out.master_verifier = TRY(master_verifiers(*in.MasterUserPassword, env.random)).of(in.Engine);
  } else if (in.ManageMasterUserPassword.value_or(false)) {
    MasterPassword made = TRY(make_master_password(env.random));
    out.master_verifier = made.verifiers.of(in.Engine);
    out.master_password = std::move(made.text);
  }
  const std::int32_t port = in.Port.value_or(facts_of(in.Engine).port);
  TRY(check_port(port));
  out.addresses = ec2::probe_host_addresses(env.part<frontdoor::AddressSlice>(), static_cast<std::uint16_t>(port),
                                            env.random, address_candidates);
  return out;
}

Result<void> check_new_cluster(const CreateDBClusterMessage& in) {
  TRY(check_identifier("DBClusterIdentifier", in.DBClusterIdentifier));
  // Here the false value is the one that asks for something.
  if (!in.EnableVPCNetworking.value_or(true))
    return Error{"NotImplemented", "DB clusters without VPC networking are not implemented by haar.", 501, Fault::receiver};
  TRY(api::require_built_value("The engine mode", in.EngineMode, "provisioned"));
  TRY(api::require_built_value("The network type", in.NetworkType, "IPV4"));
  TRY(api::require_built_value("The insights mode", in.DatabaseInsightsMode, "standard"));
  TRY(api::require_built_value("The engine lifecycle support", in.EngineLifecycleSupport, extended_support));
  if (!in.MasterUsername)
    return errors::InvalidParameterValue("The parameter MasterUsername must be provided and must not be blank.");
  const bool managed = in.ManageMasterUserPassword.value_or(false);
  if (!in.MasterUserPassword && !managed)
    return errors::InvalidParameterValue("The parameter MasterUserPassword must be provided and must not be blank.");
  // AWS's text was not found.
  if (in.MasterUserPassword && managed)
    return errors::InvalidParameterCombination("You can't specify MasterUserPassword when ManageMasterUserPassword is true.");
  TRY(check_secret_key(in.MasterUserSecretKmsKeyId, managed));
  TRY(check_master_username(*in.MasterUsername, in.Engine));
  if (in.DatabaseName) TRY(check_database_name(*in.DatabaseName, in.Engine));
  return check_settings(in.BackupRetentionPeriod, in.PreferredBackupWindow, in.PreferredMaintenanceWindow);
}

Result<CreateDBClusterResult> create_db_cluster(Call& call, const CreateDBClusterMessage& in,
                                                const PreparedCluster& prepared) {
  api::say_what_engines_lack(call);
  TRY(check_new_cluster(in));
  const std::string id = to_lower(in.DBClusterIdentifier);
  const EngineVersion version =
      TRY(choose_version(call.env.part<engines::Catalog>(), in.Engine, in.EngineVersion.value_or("")));
  if (!is_aurora(version.engine)) {
    return Error{"NotImplemented", fmt::format("Multi-AZ DB clusters of the engine {} are not implemented by haar.", in.Engine),
                 501, Fault::receiver};
  }
  if (call.txn.get(clusters, call.key(id)) != nullptr)
    return errors::DBClusterAlreadyExistsFault("DB Cluster already exists");
  if (shown_clusters(call) >= clusters_max)
    return errors::DBClusterQuotaExceededFault("DB cluster quota exceeded for this region: 40.");
  TRY(rds_caller(call));
  const std::optional<GlobalClusterRecord> global = TRY(global_cluster_to_join(call, in.GlobalClusterIdentifier, version.engine));

  ClusterRecord record;
  record.tags = TRY(read_tags(in.Tags));
  const SubnetGroupRecord group = TRY(resolve_subnet_group(call, in.DBSubnetGroupName));
  record.security_group_ids = TRY(resolve_security_groups(call, group.vpc_id, in.VpcSecurityGroupIds));
  record.zones = TRY(resolve_zones(call, group, in.AvailabilityZones));
  record.id = id;
  record.resource_id = new_resource_id(call.random(), "cluster-");
  record.engine = version.engine;
  record.engine_version = version.version;
  record.master_username = *in.MasterUsername;
  record.master_verifier = prepared.master_verifier;
  record.database_name = in.DatabaseName.value_or(global ? global->database_name : "");
  record.port = in.Port.value_or(facts_of(in.Engine).port);
  record.parameter_group =
      TRY(choose_cluster_parameter_group(call, in.DBClusterParameterGroupName, version.engine, version.version));
  record.copy_tags_to_snapshot = in.CopyTagsToSnapshot.value_or(false);
  record.subnet_group = group.name;
  record.vpc_id = group.vpc_id;
  record.writer_address = TRY(ec2::take_host_address(call.txn, prepared.addresses, record.resource_id + "/writer"));
  record.reader_address = TRY(ec2::take_host_address(call.txn, prepared.addresses, record.resource_id + "/reader"));
  record.backup_retention_days = in.BackupRetentionPeriod.value_or(1);
  record.backup_window = in.PreferredBackupWindow.value_or(random_backup_window(call.random()));
  record.maintenance_window = to_lower(in.PreferredMaintenanceWindow.value_or(random_maintenance_window(call.random())));
  record.deletion_protection = in.DeletionProtection.value_or(false);
  record.http_endpoint = in.EnableHttpEndpoint.value_or(false);
  record.auto_minor_version_upgrade = in.AutoMinorVersionUpgrade.value_or(true);
  TRY(check_iam_setting(version.engine, in.EnableIAMDatabaseAuthentication));
  record.iam_authentication = in.EnableIAMDatabaseAuthentication.value_or(false);
  record.created_at = call.now();
  domain_label(call);
  if (!prepared.master_password.empty()) TRY(keep_in_secret(call, record, prepared.master_password));
  call.txn.put(clusters, call.key(id), record);
  if (global) join_global_cluster(call, *global, cluster_arn(call, id));
  CreateDBClusterResult out;
  out.DBCluster = to_cluster(call, record);
  return out;
}

void needs_create_db_cluster(const Call& call, const CreateDBClusterMessage& in, api::Requirements& needs) {
  const std::string arn = cluster_arn(call, to_lower(in.DBClusterIdentifier));
  const api::TagMap tags = api::tag_map(in.Tags);
  const std::string major = in.EngineVersion ? in.EngineVersion->substr(0, in.EngineVersion->find('.')) : "*";
  const auto add_request = [&](api::Requirement& need) {
    need.request_tags = tags;
    need.key("rds:DatabaseEngine", in.Engine).key("rds:StorageEncrypted", truth(in.StorageEncrypted));
    need.key("rds:ManageMasterUserPassword", truth(in.ManageMasterUserPassword));
    if (in.DatabaseName) need.key("rds:DatabaseName", *in.DatabaseName);
    if (in.DBClusterInstanceClass) need.key("rds:DatabaseClass", *in.DBClusterInstanceClass);
    if (in.AllocatedStorage) need.key("rds:StorageSize", std::to_string(*in.AllocatedStorage));
    if (in.Iops) need.key("rds:Piops", std::to_string(*in.Iops));
    for (const auto& [key, value] : tags) need.key("rds:req-tag/" + key, value);
  };
  add_request(needs.need(arn));
  add_request(need_cluster_parameter_group(
      call, in.DBClusterParameterGroupName ? to_lower(*in.DBClusterParameterGroupName) : "default." + in.Engine + major, needs));
  add_request(needs.need(call.arn("rds", "og:default:" + in.Engine + "-" + major)));
  add_request(need_subnet_group(call, to_lower(in.DBSubnetGroupName.value_or("default")), needs));
  if (in.GlobalClusterIdentifier)
    add_request(need_global_cluster(call, identifier_of(*in.GlobalClusterIdentifier, "global-cluster"), needs));
  need_tags_at_creation(arn, tags, needs);
}

// ---- DescribeDBClusters ------------------------------------------------------------------------------

std::string cluster_id_of(std::string_view given) { return identifier_of(given, "cluster"); }

constexpr FilterField<ClusterRecord> cluster_filters[] = {
    {"db-cluster-id", [](const ClusterRecord& r, Values& out) { add_value(out, r.id); }, cluster_id_of},
    {"db-cluster-resource-id", [](const ClusterRecord& r, Values& out) { add_value(out, r.resource_id); }},
    {"engine", [](const ClusterRecord& r, Values& out) { add_value(out, r.engine); }},
};

Result<DBClusterMessage> describe_db_clusters(Call& call, const DescribeDBClustersMessage& in) {
  const std::size_t page = TRY(api::page_size(page_rules, in.MaxRecords));
  const api::FilterSet<ClusterRecord> filters = TRY(read_filters<ClusterRecord>(in.Filters, cluster_filters));
  DBClusterMessage out;
  out.DBClusters.emplace();
  const auto wanted = [&](const ClusterRecord& record) { return shown(&record) != nullptr && filters.match(record); };
  const auto show = [&](const ClusterRecord& record) { out.DBClusters->push_back(to_cluster(call, record)); };
  if (in.DBClusterIdentifier) {
    const ClusterRecord* record = TRY(find_cluster(call, *in.DBClusterIdentifier));
    if (wanted(*record)) show(*record);
    return out;
  }
  TRY(managed::list_records(call, page_rules, "DescribeDBClusters " + filter_text(in.Filters), page, in.Marker, clusters,
                            wanted, show, out));
  return out;
}

void needs_describe_db_clusters(const Call& call, const DescribeDBClustersMessage& in, api::Requirements& needs) {
  need_cluster(call, in.DBClusterIdentifier ? identifier_of(*in.DBClusterIdentifier, "cluster") : "*", needs);
}

api::AwaitedKeys cluster_in_transition(const Call& call, const DBClusterMessage& out) {
  for (const DBCluster& cluster : *out.DBClusters) {
    if (is_in_transition(cluster.Status.value_or("")))
      return {call.key(*cluster.DBClusterIdentifier)};
  }
  return {};
}

// ---- DeleteDBCluster -----------------------------------------------------------------------------------

Result<DeleteDBClusterResult> delete_db_cluster(Call& call, const DeleteDBClusterMessage& in) {
  const ClusterRecord* record = TRY(find_cluster(call, in.DBClusterIdentifier));
  const std::string id = record->id;
  const bool skip = in.SkipFinalSnapshot.value_or(false);
  if (!skip && !in.FinalDBSnapshotIdentifier)
    return errors::InvalidParameterCombination(
        "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.");
  if (skip && in.FinalDBSnapshotIdentifier)
    return errors::InvalidParameterCombination(
        "FinalDBSnapshotIdentifier can not be specified when deleting a cluster with SkipFinalSnapshot.");
  if (record->deletion_protection)
    return errors::InvalidParameterCombination(
        "Cannot delete protected Cluster, please disable deletion protection and try again.");
  if (record->deleting)
    return errors::InvalidDBClusterStateFault(fmt::format("DBCluster {} is already being deleted.", id));
  if (global_cluster_of(call, cluster_arn(call, id)) != nullptr)
    return errors::InvalidDBClusterStateFault(
        "This cluster is a part of a global cluster, please remove it from globalcluster first");
  for (const auto& [key, instance] : call.txn.find(instances, instances_by_cluster,
                                                   store::join(call.account(), call.region(), id))) {
    if (!instance.deleting)
      return errors::InvalidDBClusterStateFault(
          "Cluster cannot be deleted, it still contains DB instances in non-deleting state.");
  }
  ClusterRecord changed = *record;
  changed.deleting = true;
  ++changed.generation;
  if (in.FinalDBSnapshotIdentifier) TRY(make_final_snapshot(call, changed, *in.FinalDBSnapshotIdentifier));
  if (!in.DeleteAutomatedBackups.value_or(true)) TRY(retain_backups(call, changed));
  call.txn.put(clusters, call.key(id), changed);
  DeleteDBClusterResult out;
  out.DBCluster = to_cluster(call, changed);
  return out;
}

void needs_delete_db_cluster(const Call& call, const DeleteDBClusterMessage& in, api::Requirements& needs) {
  need_cluster(call, identifier_of(in.DBClusterIdentifier, "cluster"), needs);
  if (in.FinalDBSnapshotIdentifier) need_snapshot(call, *in.FinalDBSnapshotIdentifier, needs);
}

}  // namespace

constinit const managed::TaggedKind cluster_tags{
    "cluster", [](std::string_view id) { return errors::DBClusterNotFoundFault(fmt::format("DBCluster {} not found.", id)); },
    &api::tagged_records<clusters, [](const Call&, const store::Key&, const ClusterRecord& one) { return !one.standalone; }>,
    need_cluster};

const api::Operations& clusters_operations() {
  static const api::Operations rows = {
      api::op<ops::CreateDBCluster>(create_db_cluster, api::on(needs_create_db_cluster),
          api::prepare(prepare_cluster),
          api::takes("DBClusterIdentifier Engine EngineVersion EngineMode MasterUsername MasterUserPassword "
                     "DatabaseName Port DBSubnetGroupName VpcSecurityGroupIds AvailabilityZones "
                     "BackupRetentionPeriod PreferredBackupWindow PreferredMaintenanceWindow DeletionProtection "
                     "DBClusterParameterGroupName CopyTagsToSnapshot "
                     "AutoMinorVersionUpgrade Tags NetworkType DatabaseInsightsMode EngineLifecycleSupport "
                     "EnableVPCNetworking ManageMasterUserPassword MasterUserSecretKmsKeyId EnableHttpEndpoint "
                     "EnableIAMDatabaseAuthentication GlobalClusterIdentifier")),
      api::op<ops::DescribeDBClusters>(describe_db_clusters, api::on(needs_describe_db_clusters), api::read_only,
          api::in_transition(cluster_in_transition), api::takes("DBClusterIdentifier Filters MaxRecords Marker"),
          api::without_effect("IncludeShared", "no cluster can be shared with another account")),
      api::op<ops::DeleteDBCluster>(delete_db_cluster, api::on(needs_delete_db_cluster),
          api::takes("DBClusterIdentifier SkipFinalSnapshot FinalDBSnapshotIdentifier DeleteAutomatedBackups")),
  };
  return rows;
}

}  // namespace haar::rds
