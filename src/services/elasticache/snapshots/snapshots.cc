#include "services/elasticache/snapshots/snapshots.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/encoding.h"
#include "model/elasticache/service.h"
#include "services/elasticache/groups/members.h"
#include "services/elasticache/names.h"
#include "services/elasticache/quotas.h"
#include "services/elasticache/snapshots/plan.h"
#include "services/elasticache/tags.h"

namespace haar::elasticache {
namespace {

constexpr std::size_t name_max = 255;

SnapshotStateRecord state_of(const store::Reader& reader, const store::Key& key) {
  const SnapshotStateRecord* found = reader.get(snapshot_states, key);
  return found == nullptr ? SnapshotStateRecord{} : *found;
}

}  // namespace

SnapshotRecord snapshot_of(api::Call& call, const ClusterView& cluster, std::string name) {
  const ClusterRecord& of = cluster.wanted;
  SnapshotRecord out;
  out.resource_id = new_resource_id(call.random(), "snapshot");
  out.name = std::move(name);
  out.cluster = of.id;
  out.cluster_resource = of.resource_id;
  out.group = of.replication_group;
  out.node_type = of.node_type;
  out.engine = of.engine;
  out.engine_version = of.engine_version;
  out.parameter_group = of.parameter_group;
  out.subnet_group = of.subnet_group;
  out.vpc_id = of.vpc_id;
  out.zone = cluster.nodes.empty() ? "" : cluster.nodes.front().wanted.zone;
  out.maintenance_window = of.maintenance_window;
  out.snapshot_window = of.snapshot_window;
  out.port = of.port;
  out.retention_days = of.snapshot_retention_days;
  out.auto_minor_version_upgrade = of.auto_minor_version_upgrade;
  out.cluster_created_at = of.created_at;
  out.created_at = call.now();
  if (!out.group.empty()) {
    if (const GroupRecord* group = call.txn.get(groups, call.key(out.group))) {
      out.group_description = group->description;
      out.automatic_failover = group->automatic_failover;
    }
  }
  return out;
}

std::string_view status_by_snapshots(const store::Reader& reader, const store::Key& cluster_key) {
  const store::Key term = store::join(cluster_key.account(), cluster_key.region(), cluster_key.part(2));
  const ClusterRecord* cluster = reader.get(clusters, cluster_key);
  std::string_view out;
  if (cluster == nullptr) return out;
  for (const auto& [key, snapshot] : reader.find(snapshots, snapshots_by_cluster, term)) {
    const SnapshotStateRecord seen = state_of(reader, key);
    if (cluster->resource_id != snapshot.cluster_resource) continue;
    if (snapshot.deletes_source && !snapshot.deleting && !seen.given_up) return status::deleting;
    if (is_being_taken(snapshot, seen)) out = status::snapshotting;
  }
  return out;
}

std::string_view status_with_snapshots(const api::Call& call, const ClusterView& cluster) {
  if (status_of(cluster) != status::available) return status_of(cluster);
  const std::string_view copied = status_by_snapshots(call.txn, call.key(cluster.wanted.id));
  return copied.empty() ? status_of(cluster) : copied;
}

std::string_view status_with_snapshots(const api::Call& call, const GroupView& group) {
  if (status_of(group) != status::available) return status_of(group);
  for (const ClusterView& member : group.members) {
    const std::string_view copied = status_by_snapshots(call.txn, call.key(member.wanted.id));
    if (!copied.empty()) return copied;
  }
  return status_of(group);
}

// The texts of these refusals were found on no page of AWS; the codes are those of the API reference.
Result<void> check_new_snapshot(const api::Call& call, const std::string& name) {
  const auto usual = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  };
  const bool letter = !name.empty() && ((name[0] >= 'a' && name[0] <= 'z') || (name[0] >= 'A' && name[0] <= 'Z'));
  if (!letter || name.size() > name_max || name.back() == '-' || name.find("--") != std::string::npos ||
      !std::ranges::all_of(name, usual)) {
    return errors::InvalidParameterValue(
        "The parameter SnapshotName is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII "
        "letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.");
  }
  if (call.txn.get(snapshots, call.key(name)) != nullptr)
    return errors::SnapshotAlreadyExistsFault(fmt::format("Snapshot with specified name already exists: {}", name));
  std::size_t manual = 0;
  for (const auto& [key, one] : call.txn.scan(snapshots, store::prefix_of(call.account(), call.region())))
    manual += one.automated ? 0 : 1;
  if (manual >= manual_snapshots_per_region.value())
    return errors::SnapshotQuotaExceededFault(
        fmt::format("The request cannot be processed because it would exceed the maximum number of snapshots: {}.",
                    manual_snapshots_per_region.value()));
  return {};
}

Result<void> want_final_snapshot(api::Call& call, const ClusterView& cluster, const std::string& name) {
  TRY(check_new_snapshot(call, name));
  SnapshotRecord record = snapshot_of(call, cluster, name);
  record.deletes_source = true;
  call.txn.put(snapshots, call.key(name), record);
  return {};
}

Result<void> delete_copied(api::Call& call, const SnapshotRecord& snapshot) {
  if (snapshot.group.empty()) {
    const std::optional<ClusterView> cluster = find_cluster(call.txn, call.key(snapshot.cluster));
    if (cluster && cluster->wanted.resource_id == snapshot.cluster_resource) remove_member(call, *cluster);
    return {};
  }
  std::optional<GroupView> group = find_group(call.txn, call.key(snapshot.group));
  if (!group || group->wanted.deleting) return {};
  for (const ClusterView& member : group->members) remove_member(call, member);
  group->wanted.deleting = true;
  ++group->wanted.generation;
  call.txn.put(groups, call.key(snapshot.group), group->wanted);
  return {};
}

Result<void> check_retention(const std::optional<std::int32_t>& days) {
  constexpr std::int32_t days_max = 35;
  if (!days || (*days >= 0 && *days <= days_max)) return {};
  return errors::InvalidParameterValue(
      fmt::format("Invalid snapshot retention limit: {}. Must be between 0 and {}.", *days, days_max));
}

Result<SnapshotRecord> restorable_snapshot(const api::Call& call, const std::string& name) {
  const SnapshotRecord* found = call.txn.get(snapshots, call.key(name));
  if (found == nullptr) return errors::SnapshotNotFoundFault(fmt::format("Snapshot {} not found.", name.substr(0, name_max)));
  if (status_of(*found, state_of(call.txn, call.key(name))) != "available")
    return errors::InvalidSnapshotState(fmt::format("Snapshot {} is not in a valid state to be restored.", name));
  return *found;
}

api::Requirement& need_snapshot(const api::Call& call, const std::string& name, api::Requirements& needs) {
  api::Requirement& need = needs.need(call.arn("elasticache", "snapshot:" + name));
  if (const SnapshotRecord* record = call.txn.get(snapshots, call.key(name))) need.resource_tags = record->tags;
  return need;
}

constinit const managed::TaggedKind snapshot_tags{"snapshot", not_present<errors::SnapshotNotFoundFault>,
                                                  &api::tagged_records<snapshots>, need_snapshot};

}  // namespace haar::elasticache
