#include "services/elasticache/snapshots/automatic.h"

#include <fmt/format.h>

#include <charconv>
#include <vector>

#include "fleet/timers.h"
#include "services/elasticache/cluster_view.h"
#include "services/elasticache/group_view.h"
#include "services/elasticache/names.h"
#include "services/elasticache/snapshots/snapshot_kind.h"
#include "services/elasticache/snapshots/snapshots.h"

namespace haar::elasticache {
namespace {

constexpr std::int64_t day_seconds = 24 * 3600;
constexpr char mark = '@';  // no name of a snapshot has one

int number_at(std::string_view text, std::size_t at) {
  int out = 0;
  std::from_chars(text.data() + at, text.data() + at + 2, out);
  return out;
}

std::string name_of(const ClusterRecord& cluster, Timestamp now) {
  const std::string time = format_iso8601(now);  // "2026-11-30T03:10:00Z"
  const std::string& of = cluster.replication_group.empty() ? cluster.id : cluster.replication_group;
  return fmt::format("automatic.{}-{}-{}-{}", of, time.substr(0, 10), time.substr(11, 2), time.substr(14, 2));
}

// Of a group it is the primary whose data are copied.
bool is_copied(const store::Reader& reader, const store::Key& key, const ClusterView& cluster) {
  const std::optional<store::Key> of = group_key_of(key, cluster.wanted);
  if (!of) return status_of(cluster) == status::available;
  const std::optional<GroupView> group = find_group(reader, *of);
  return group && status_of(*group) == status::available && group->primary() == cluster.wanted.id;
}

}  // namespace

store::Key schedule_key(const store::Key& cluster) {
  return store::key_of(cluster.account(), cluster.region(), mark + cluster.part(2));
}
bool is_schedule(const store::Key& key) { return key.part(2).starts_with(mark); }
store::Key cluster_of_schedule(const store::Key& key) {
  return store::key_of(key.account(), key.region(), key.part(2).substr(1));
}

bool is_due(const ClusterRecord& cluster, Timestamp now) {
  return cluster.snapshot_retention_days > 0 && !cluster.deleting && cluster.next_snapshot <= now;
}

Timestamp next_daily_window(std::string_view window, Timestamp now) {
  const std::int64_t opens = number_at(window, 0) * 3600 + number_at(window, 3) * 60;
  const std::int64_t seconds = now.micros / 1'000'000, midnight = seconds - seconds % day_seconds;
  const std::int64_t today = midnight + opens;
  return Timestamp{(today > seconds ? today : today + day_seconds) * 1'000'000};
}

void schedule_automatic(api::Call& call, const store::Key& cluster_key, ClusterRecord& cluster) {
  if (cluster.snapshot_retention_days <= 0) return;
  cluster.next_snapshot = next_daily_window(cluster.snapshot_window, call.now());
  fleet::set_timer(call.txn, cluster.next_snapshot, SnapshotKind::kind_name, schedule_key(cluster_key));
}

// One that cannot be copied when its window comes is copied with the next.
Result<void> begin_automatic(api::Call& call, const store::Key& cluster_key) {
  const std::optional<ClusterView> cluster = find_cluster(call.txn, cluster_key);
  if (!cluster || !is_due(cluster->wanted, call.now())) return {};
  if (is_copied(call.txn, cluster_key, *cluster)) {
    const std::string name = name_of(cluster->wanted, call.now());
    if (call.txn.get(snapshots, call.key(name)) == nullptr) {
      SnapshotRecord record = snapshot_of(call, *cluster, name);
      record.automated = true;
      call.txn.put(snapshots, call.key(name), record);
    }
  }
  ClusterRecord changed = cluster->wanted;
  schedule_automatic(call, cluster_key, changed);
  call.txn.put(clusters, cluster_key, changed);
  return {};
}

void sweep_automatic(api::Call& call, const SnapshotRecord& newest) {
  const Timestamp oldest = newest.created_at.plus_seconds(-newest.retention_days * day_seconds);
  std::vector<std::pair<store::Key, SnapshotRecord>> over;
  const store::Key term = newest.group.empty() ? store::join(call.account(), call.region(), newest.cluster)
                                               : store::join(call.account(), call.region(), newest.group, "group");
  for (const auto& [key, snapshot] : call.txn.find(snapshots, snapshots_by_cluster, term)) {
    if (snapshot.automated && !snapshot.deleting && snapshot.created_at <= oldest) over.emplace_back(key, snapshot);
  }
  for (auto& [key, snapshot] : over) {
    snapshot.deleting = true;
    call.txn.put(snapshots, key, snapshot);
  }
}

}  // namespace haar::elasticache
