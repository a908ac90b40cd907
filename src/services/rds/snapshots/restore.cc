// RestoreDBClusterFromSnapshot, RestoreDBClusterToPointInTime: a new cluster whose volume is made of a copy in place of the
// template. Its master user and password are those in the copy; instances are created on it as on any other.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-pitr.html
#include <fmt/format.h>

#include <optional>

#include "api/kit/built_value.h"
#include "api/kit/engine_notice.h"
#include "api/kit/row.h"
#include "base/encoding.h"
#include "model/rds/RestoreDBClusterFromSnapshot.h"
#include "model/rds/RestoreDBClusterToPointInTime.h"
#include "model/rds/service.h"
#include "services/ec2/interfaces/managed_endpoints.h"
#include "services/rds/cluster_lookup.h"
#include "services/rds/engine_versions.h"
#include "services/rds/fleet/copies.h"
#include "services/rds/names.h"
#include "services/rds/parameters/groups.h"
#include "services/rds/placement.h"
#include "services/rds/prepared.h"
#include "services/rds/quotas.h"
#include "services/rds/snapshots/lookup.h"
#include "services/rds/snapshots/operations.h"
#include "services/rds/standalone/hidden_cluster.h"
#include "services/rds/status.h"
#include "services/rds/tags.h"
#include "services/rds/views.h"

namespace haar::rds {
namespace {

using api::Call;

constexpr std::int32_t usual_port = 5432;
// Addresses offered to the transaction: more than it needs, since others may take some in between.
constexpr std::size_t address_candidates = 8;

template <class Message>
Result<PreparedCluster> prepare_restore(const api::Environment& env, const Message& in) {
  PreparedCluster out;
  const std::int32_t port = in.Port.value_or(usual_port);
  TRY(check_port(port));
  out.addresses = ec2::probe_host_addresses(env.part<frontdoor::AddressSlice>(), static_cast<std::uint16_t>(port), env.random,
                                            address_candidates);
  return out;
}

template <class Message>
Result<void> check_restore(const Message& in) {
  TRY(check_identifier("DBClusterIdentifier", in.DBClusterIdentifier));
  // Here the false value is the one that asks for something.
  if (!in.EnableVPCNetworking.value_or(true))
    return Error{"NotImplemented", "DB clusters without VPC networking are not implemented by haar.", 501, Fault::receiver};
  TRY(api::require_built_value("The engine mode", in.EngineMode, "provisioned"));
  TRY(api::require_built_value("The network type", in.NetworkType, "IPV4"));
  TRY(api::require_built_value("The engine lifecycle support", in.EngineLifecycleSupport, extended_support));
  if (in.Port) TRY(check_port(*in.Port));
  return check_settings(in.BackupRetentionPeriod, in.PreferredBackupWindow, std::nullopt);
}

// A cluster like the copied one, where the request says nothing else.
template <class Message>
Result<ClusterRecord> begin_cluster(Call& call, const Message& in, const PreparedCluster& prepared, const CopiedCluster& from,
                                    const EngineVersion& version, const std::optional<std::vector<std::string>>& zones) {
  const std::string id = to_lower(in.DBClusterIdentifier);
  if (call.txn.get(clusters, call.key(id)) != nullptr)
    return errors::DBClusterAlreadyExistsFault("DB Cluster already exists");
  if (shown_clusters(call) >= clusters_max)
    return errors::DBClusterQuotaExceededFault("DB cluster quota exceeded for this region: 40.");
  TRY(rds_caller(call));
  ClusterRecord record;
  record.tags = TRY(read_tags(in.Tags));
  const SubnetGroupRecord group = TRY(resolve_subnet_group(call, in.DBSubnetGroupName));
  record.security_group_ids = TRY(resolve_security_groups(call, group.vpc_id, in.VpcSecurityGroupIds));
  record.zones = TRY(resolve_zones(call, group, zones));
  record.id = id;
  record.resource_id = new_resource_id(call.random(), "cluster-");
  record.engine = version.engine;
  record.engine_version = version.version;
  record.master_username = from.master_username;
  record.master_verifier = from.master_verifier;
  record.database_name = from.database_name;
  record.port = in.Port.value_or(from.port);
  record.parameter_group =
      TRY(choose_cluster_parameter_group(call, in.DBClusterParameterGroupName, version.engine, version.version));
  record.copy_tags_to_snapshot = in.CopyTagsToSnapshot.value_or(false);
  record.subnet_group = group.name;
  record.vpc_id = group.vpc_id;
  record.writer_address = TRY(ec2::take_host_address(call.txn, prepared.addresses, record.resource_id + "/writer"));
  record.reader_address = TRY(ec2::take_host_address(call.txn, prepared.addresses, record.resource_id + "/reader"));
  record.backup_retention_days = in.BackupRetentionPeriod.value_or(1);
  record.backup_window = in.PreferredBackupWindow.value_or(random_backup_window(call.random()));
  record.maintenance_window = random_maintenance_window(call.random());
  record.deletion_protection = in.DeletionProtection.value_or(false);
  record.created_at = call.now();
  domain_label(call);
  return record;
}

// ---- RestoreDBClusterFromSnapshot ----------------------------------------------------------------------

// A copy is read by the major version that wrote it.
Result<EngineVersion> version_for(const Call& call, const std::string& engine, const std::optional<std::string>& asked,
                                  const CopiedCluster& from) {
  if (engine != from.engine) {
    return errors::InvalidParameterCombination(
        fmt::format("The engine {} does not match that of the copy, {}.", engine.substr(0, 64), from.engine));
  }
  const std::string major = from.engine_version.substr(0, from.engine_version.find('.'));
  const std::string wanted = asked.value_or(from.engine_version);
  if (wanted.substr(0, wanted.find('.')) != major) {
    return Error{"NotImplemented", "A restore to another major version is not implemented by haar.", 501, Fault::receiver};
  }
  const engines::Catalog& catalog = call.env.part<engines::Catalog>();
  const Result<EngineVersion> chosen = choose_version(catalog, engine, wanted);
  // The program may be newer than when the copy was made.
  return chosen.ok() || asked ? chosen : choose_version(catalog, engine, major);
}

Result<RestoreDBClusterFromSnapshotResult> restore_from_snapshot(Call& call, const RestoreDBClusterFromSnapshotMessage& in,
                                                                 const PreparedCluster& prepared) {
  api::say_what_engines_lack(call);
  TRY(check_restore(in));
  const FoundSnapshot source = TRY(find_snapshot(call, in.SnapshotIdentifier));
  const std::string_view state = snapshot_status(*source.record, snapshot_state_of(call.txn, source.key));
  if (state != status::available) {
    return errors::InvalidDBClusterSnapshotStateFault(
        fmt::format("The snapshot {} is in {} state: nothing can be restored from it.", source.record->id, state));
  }
  const SnapshotRecord snapshot = *source.record;
  const EngineVersion version = TRY(version_for(call, in.Engine, in.EngineVersion, snapshot.cluster));
  const ClusterRecord record = TRY(begin_cluster(call, in, prepared, snapshot.cluster, version, in.AvailabilityZones));
  call.txn.put(restores, call.key(record.resource_id), RestoreRecord{"snapshot", snapshot.resource_id});
  call.txn.put(clusters, call.key(record.id), record);
  RestoreDBClusterFromSnapshotResult out;
  out.DBCluster = to_cluster(call, record);
  return out;
}

// ---- RestoreDBClusterToPointInTime ---------------------------------------------------------------------

struct PointSource {
  CopiedCluster cluster;
  bool exists = false;  // else only its backups do
  bool runs = false;
};

Result<PointSource> point_source(const Call& call, const RestoreDBClusterToPointInTimeMessage& in) {
  if (in.SourceDBClusterIdentifier.has_value() == in.SourceDbClusterResourceId.has_value()) {
    return errors::InvalidParameterCombination(
        "Exactly one of SourceDBClusterIdentifier and SourceDbClusterResourceId must be specified.");
  }
  if (in.SourceDBClusterIdentifier) {
    const ClusterRecord* cluster = TRY(find_cluster(call, *in.SourceDBClusterIdentifier));
    TRY(check_copyable(cluster->engine));
    const std::string_view state = status_in(call.txn, call.key(cluster->id), *cluster);
    if (state != status::available && state != status::stopped) {
      return errors::InvalidDBClusterStateFault(
          fmt::format("DbCluster {} is in {} state but expected it to be one of available,stopped.", cluster->id, state));
    }
    const auto members = call.txn.find(instances, instances_by_cluster, store::join(call.account(), call.region(), cluster->id));
    return PointSource{copied(*cluster), true, state == status::available && members.first().has_value()};
  }
  if (const RetainedBackupRecord* backup = call.txn.get(retained_backups, call.key(*in.SourceDbClusterResourceId));
      backup != nullptr && !backup->deleting)
    return PointSource{backup->cluster};
  const auto cluster = call.txn.find(clusters, clusters_by_resource, *in.SourceDbClusterResourceId).first();
  if (cluster && cluster->key.account() == call.account() && cluster->key.region() == call.region().value &&
      !cluster->record.deleting && !cluster->record.standalone)
    return PointSource{copied(cluster->record), true, true};
  return errors::DBClusterAutomatedBackupNotFoundFault(
      fmt::format("DBClusterAutomatedBackup {} not found.", in.SourceDbClusterResourceId->substr(0, 255)));
}

// The moment that is asked for, held against what there is. AWS's texts could not be found.
Result<Timestamp> point_of(const Call& call, const RestoreDBClusterToPointInTimeMessage& in, const PointSource& source) {
  const bool latest = in.UseLatestRestorableTime.value_or(false);
  if (latest == in.RestoreToTime.has_value()) {
    return errors::InvalidParameterCombination(
        "Exactly one of RestoreToTime and UseLatestRestorableTime must be specified.");
  }
  const store::Key key = call.key(source.cluster.resource_id);
  const auto window = restore_window(read_backups(call.txn, key), backup_state_of(call.txn, key), call.now());
  if (!window) {
    return errors::InvalidRestoreFault(
        fmt::format("The DB cluster {} has no backup yet from which it can be restored.", source.cluster.id));
  }
  if (latest) return Timestamp{};
  // The log of one that runs is brought on before it is gone on from.
  const Timestamp newest = source.runs ? call.now() : window->latest;
  if (*in.RestoreToTime < window->earliest || *in.RestoreToTime > newest) {
    return errors::InvalidParameterValue(
        fmt::format("The specified restore time {} is not between the earliest restorable time {} and the latest {}.",
                    format_iso8601(*in.RestoreToTime), format_iso8601(window->earliest), format_iso8601(newest)));
  }
  return *in.RestoreToTime;
}

Result<RestoreDBClusterToPointInTimeResult> restore_to_point(Call& call, const RestoreDBClusterToPointInTimeMessage& in,
                                                             const PreparedCluster& prepared) {
  api::say_what_engines_lack(call);
  TRY(check_restore(in));
  const std::string kind = in.RestoreType.value_or("full-copy");
  const bool clone = kind == "copy-on-write";
  if (!clone && kind != "full-copy")
    return errors::InvalidParameterValue(fmt::format("Invalid restore type: {}", kind.substr(0, 64)));
  const PointSource source = TRY(point_source(call, in));
  Timestamp point{};
  if (!clone) {
    point = TRY(point_of(call, in, source));
  } else if (!source.exists || in.RestoreToTime) {
    return errors::InvalidParameterCombination("A clone is made of a DB cluster as it is now.");
  }
  const EngineVersion version = TRY(version_for(call, source.cluster.engine, std::nullopt, source.cluster));
  const ClusterRecord record = TRY(begin_cluster(call, in, prepared, source.cluster, version, std::nullopt));
  call.txn.put(restores, call.key(record.resource_id),
               RestoreRecord{clone ? "clone" : "time", source.cluster.resource_id, point});
  call.txn.put(clusters, call.key(record.id), record);
  RestoreDBClusterToPointInTimeResult out;
  out.DBCluster = to_cluster(call, record);
  return out;
}

// ---- who may -------------------------------------------------------------------------------------------

// The permissions on the new cluster and on what it is put into.
template <class Message>
void need_restored(const Call& call, const Message& in, const std::string& engine, const std::string& version,
                   api::Requirements& needs) {
  const std::string arn = cluster_arn(call, to_lower(in.DBClusterIdentifier));
  const api::TagMap tags = api::tag_map(in.Tags);
  const std::string major = version.substr(0, version.find('.'));
  const auto add = [&](api::Requirement& need) {
    need_creation_tags(need, tags);
    if (in.DBClusterInstanceClass) need.key("rds:DatabaseClass", *in.DBClusterInstanceClass);
    if (in.Iops) need.key("rds:Piops", std::to_string(*in.Iops));
  };
  add(needs.need(arn));
  add(need_cluster_parameter_group(
      call, in.DBClusterParameterGroupName ? to_lower(*in.DBClusterParameterGroupName) : "default." + engine + major, needs));
  add(needs.need(call.arn("rds", "og:default:" + engine + "-" + major)));
  add(need_subnet_group(call, to_lower(in.DBSubnetGroupName.value_or("default")), needs));
  need_tags_at_creation(arn, tags, needs);
}

void needs_restore_from_snapshot(const Call& call, const RestoreDBClusterFromSnapshotMessage& in, api::Requirements& needs) {
  api::Requirement& need = need_snapshot(call, in.SnapshotIdentifier, needs);
  need_creation_tags(need, api::tag_map(in.Tags));
  if (in.DBClusterInstanceClass) need.key("rds:DatabaseClass", *in.DBClusterInstanceClass);
  if (in.Iops) need.key("rds:Piops", std::to_string(*in.Iops));
  const Result<FoundSnapshot> found = find_snapshot(call, in.SnapshotIdentifier);
  const std::string version = in.EngineVersion.value_or(found.ok() ? found->record->cluster.engine_version : "*");
  need_restored(call, in, in.Engine, version, needs);
}

void needs_restore_to_point(const Call& call, const RestoreDBClusterToPointInTimeMessage& in, api::Requirements& needs) {
  const auto add = [&](api::Requirement& need) {
    need_creation_tags(need, api::tag_map(in.Tags));
    if (in.DBClusterInstanceClass) need.key("rds:DatabaseClass", *in.DBClusterInstanceClass);
    if (in.Iops) need.key("rds:Piops", std::to_string(*in.Iops));
  };
  if (in.SourceDBClusterIdentifier) add(need_cluster(call, identifier_of(*in.SourceDBClusterIdentifier, "cluster"), needs));
  if (in.SourceDbClusterResourceId) add(need_backup(call, *in.SourceDbClusterResourceId, needs));
  std::string engine = "aurora-postgresql", version = "*";
  if (in.SourceDBClusterIdentifier) {
    if (const Result<const ClusterRecord*> source = find_cluster(call, *in.SourceDBClusterIdentifier); source.ok()) {
      engine = (*source)->engine;
      version = (*source)->engine_version;
    }
  } else if (const Result<PointSource> source = point_source(call, in); source.ok()) {
    engine = source->cluster.engine;
    version = source->cluster.engine_version;
  }
  need_restored(call, in, engine, version, needs);
}

}  // namespace

const api::Operations& restore_operations() {
  static const api::Operations rows = {
      api::op<ops::RestoreDBClusterFromSnapshot>(restore_from_snapshot, api::on(needs_restore_from_snapshot),
          api::prepare(prepare_restore<RestoreDBClusterFromSnapshotMessage>),
          api::takes("DBClusterIdentifier SnapshotIdentifier Engine EngineVersion EngineMode Port DBSubnetGroupName "
                     "VpcSecurityGroupIds AvailabilityZones DBClusterParameterGroupName DeletionProtection CopyTagsToSnapshot "
                     "BackupRetentionPeriod PreferredBackupWindow Tags NetworkType EngineLifecycleSupport EnableVPCNetworking"),
          api::without_effect("DatabaseName", "AWS: not used, the databases are those of the snapshot")),
      api::op<ops::RestoreDBClusterToPointInTime>(restore_to_point, api::on(needs_restore_to_point),
          api::prepare(prepare_restore<RestoreDBClusterToPointInTimeMessage>),
          api::takes("DBClusterIdentifier RestoreType SourceDBClusterIdentifier SourceDbClusterResourceId RestoreToTime "
                     "UseLatestRestorableTime EngineMode Port DBSubnetGroupName VpcSecurityGroupIds "
                     "DBClusterParameterGroupName DeletionProtection CopyTagsToSnapshot BackupRetentionPeriod "
                     "PreferredBackupWindow Tags NetworkType EngineLifecycleSupport EnableVPCNetworking")),
  };
  return rows;
}

}  // namespace haar::rds
