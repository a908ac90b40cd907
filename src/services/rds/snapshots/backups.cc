// DescribeDBClusterAutomatedBackups, DeleteDBClusterAutomatedBackup: of clusters, and of those that are gone.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Managing.Backups.html
#include <fmt/format.h>

#include <algorithm>

#include "api/kit/row.h"
#include "base/encoding.h"
#include "model/rds/DeleteDBClusterAutomatedBackup.h"
#include "model/rds/DescribeDBClusterAutomatedBackups.h"
#include "model/rds/service.h"
#include "services/rds/cluster_lookup.h"
#include "services/rds/describe.h"
#include "services/rds/engine_versions.h"
#include "services/rds/fleet/copies.h"
#include "services/rds/names.h"
#include "services/rds/snapshots/lookup.h"
#include "services/rds/snapshots/operations.h"
#include "services/rds/tags.h"

namespace haar::rds {
namespace {

using api::Call;

// One automated backup: of a cluster, or one that its cluster has left behind.
struct Backup {
  CopiedCluster cluster;
  std::string window;
  std::int32_t retention_days = 1;
  bool retained = false;
  Tags tags;
};

std::string status_of_backup(const Backup& backup) { return backup.retained ? "retained" : "active"; }

std::vector<Backup> all_backups(const Call& call) {
  std::vector<Backup> out;
  for (const auto& [key, cluster] : call.txn.scan(clusters, store::prefix_of(call.account(), call.region()))) {
    if (!cluster.deleting && !cluster.standalone)
      out.push_back({copied(cluster), cluster.backup_window, cluster.backup_retention_days, false, cluster.tags});
  }
  for (const auto& [key, backup] : call.txn.scan(retained_backups, store::prefix_of(call.account(), call.region()))) {
    if (!backup.deleting) out.push_back({backup.cluster, backup.backup_window, backup.retention_days, true, backup.tags});
  }
  std::ranges::sort(out, {}, [](const Backup& one) { return one.cluster.resource_id; });
  return out;
}

DBClusterAutomatedBackup to_backup(const Call& call, const Backup& backup) {
  const CopiedCluster& cluster = backup.cluster;
  DBClusterAutomatedBackup out;
  out.DBClusterIdentifier = cluster.id;
  out.DBClusterArn = cluster_arn(call, cluster.id);
  out.DbClusterResourceId = cluster.resource_id;
  out.DBClusterAutomatedBackupsArn = backup_arn(call, cluster.resource_id);
  out.Region = call.region().value;
  out.Status = status_of_backup(backup);
  out.Engine = cluster.engine;
  out.EngineVersion = cluster.engine_version;
  out.EngineMode = "provisioned";
  out.LicenseModel = std::string(license_model);
  out.MasterUsername = cluster.master_username;
  out.Port = cluster.port;
  out.VpcId = cluster.vpc_id;
  out.AvailabilityZones = cluster.zones;
  out.ClusterCreateTime = cluster.created_at;
  out.BackupRetentionPeriod = backup.retention_days;
  if (!backup.window.empty()) out.PreferredBackupWindow = backup.window;
  out.StorageEncrypted = false;
  out.StorageType = "aurora";
  out.AllocatedStorage = 1;
  out.IAMDatabaseAuthenticationEnabled = false;
  out.TagList = to_tags(backup.tags);
  const store::Key key = call.key(cluster.resource_id);
  if (const auto window = restore_window(read_backups(call.txn, key), backup_state_of(call.txn, key), call.now())) {
    out.RestoreWindow.emplace();
    out.RestoreWindow->EarliestTime = window->earliest;
    out.RestoreWindow->LatestTime = window->latest;
  }
  return out;
}

constexpr FilterField<Backup> backup_filters[] = {
    {"status", [](const Backup& r, Values& out) { add_value(out, status_of_backup(r)); }},
    {"db-cluster-id", [](const Backup& r, Values& out) { add_value(out, r.cluster.id); },
     [](std::string_view given) { return identifier_of(given, "cluster"); }},
    {"db-cluster-resource-id", [](const Backup& r, Values& out) { add_value(out, r.cluster.resource_id); }},
};

Result<DBClusterAutomatedBackupMessage> describe_backups(Call& call, const DescribeDBClusterAutomatedBackupsMessage& in) {
  const std::size_t size = TRY(api::page_size(page_rules, in.MaxRecords));
  const api::FilterSet<Backup> filters = TRY(read_filters<Backup>(in.Filters, backup_filters));
  DBClusterAutomatedBackupMessage out;
  out.DBClusterAutomatedBackups.emplace();
  const auto wanted = [&](const Backup& backup) {
    if (in.DbClusterResourceId && backup.cluster.resource_id != *in.DbClusterResourceId) return false;
    if (in.DBClusterIdentifier && backup.cluster.id != identifier_of(*in.DBClusterIdentifier, "cluster")) return false;
    return filters.match(backup);
  };
  const std::vector<Backup> all = all_backups(call);
  if (in.DbClusterResourceId && std::ranges::none_of(all, wanted)) {
    return errors::DBClusterAutomatedBackupNotFoundFault(
        fmt::format("DBClusterAutomatedBackup {} not found.", in.DbClusterResourceId->substr(0, 255)));
  }
  const std::string listing = fmt::format("DescribeDBClusterAutomatedBackups {} {} {}", filter_text(in.Filters),
                                          in.DbClusterResourceId.value_or(""), in.DBClusterIdentifier.value_or(""));
  api::Page page = TRY(api::Page::open(call, page_rules, listing, in.Marker, size));
  api::list_page(page, all, [](const Backup& backup) { return backup.cluster.resource_id; }, wanted,
                 [&](const Backup& backup) { out.DBClusterAutomatedBackups->push_back(to_backup(call, backup)); });
  page.close(out);
  return out;
}

void needs_describe_backups(const Call& call, const DescribeDBClusterAutomatedBackupsMessage& in, api::Requirements& needs) {
  need_backup(call, in.DbClusterResourceId.value_or("*"), needs);
  if (in.DBClusterIdentifier) need_cluster(call, identifier_of(*in.DBClusterIdentifier, "cluster"), needs);
}

Result<DeleteDBClusterAutomatedBackupResult> delete_backup(Call& call, const DeleteDBClusterAutomatedBackupMessage& in) {
  const store::Key key = call.key(in.DbClusterResourceId);
  const RetainedBackupRecord* found = call.txn.get(retained_backups, key);
  if (found == nullptr || found->deleting) {
    const auto cluster = call.txn.find(clusters, clusters_by_resource, in.DbClusterResourceId).first();
    if (found == nullptr && cluster && cluster->key.account() == call.account()) {
      return errors::InvalidDBClusterAutomatedBackupStateFault(
          "The automated backup is of a DB cluster that exists: it goes with the cluster.");
    }
    return errors::DBClusterAutomatedBackupNotFoundFault(
        fmt::format("DBClusterAutomatedBackup {} not found.", in.DbClusterResourceId.substr(0, 255)));
  }
  RetainedBackupRecord changed = *found;
  changed.deleting = true;
  call.txn.put(retained_backups, key, changed);
  DeleteDBClusterAutomatedBackupResult out;
  out.DBClusterAutomatedBackup =
      to_backup(call, {changed.cluster, changed.backup_window, changed.retention_days, true, changed.tags});
  out.DBClusterAutomatedBackup->Status = "deleting";
  return out;
}

void needs_delete_backup(const Call& call, const DeleteDBClusterAutomatedBackupMessage& in, api::Requirements& needs) {
  need_backup(call, in.DbClusterResourceId, needs);
}

}  // namespace

api::Requirement& need_backup(const Call& call, const std::string& cluster_resource_id, api::Requirements& needs) {
  api::Requirement& need = needs.need(backup_arn(call, cluster_resource_id));
  if (const RetainedBackupRecord* backup = call.txn.get(retained_backups, call.key(cluster_resource_id)))
    need.resource_tags = backup->tags;
  return need;
}

const api::Operations& automated_backups_operations() {
  static const api::Operations rows = {
      api::op<ops::DescribeDBClusterAutomatedBackups>(describe_backups, api::on(needs_describe_backups), api::read_only,
          api::takes("DbClusterResourceId DBClusterIdentifier Filters MaxRecords Marker")),
      api::op<ops::DeleteDBClusterAutomatedBackup>(delete_backup, api::on(needs_delete_backup),
          api::takes("DbClusterResourceId")),
  };
  return rows;
}

}  // namespace haar::rds
