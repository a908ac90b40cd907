#include "services/rds/snapshots/lookup.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/encoding.h"
#include "base/ids.h"
#include "model/rds/service.h"
#include "services/rds/engine_facts.h"
#include "services/rds/engine_versions.h"
#include "services/rds/names.h"
#include "services/rds/plan/snapshot.h"
#include "services/rds/tags.h"

namespace haar::rds {
namespace {

constexpr std::string_view arn_mark = ":cluster-snapshot:";
constexpr std::string_view everybody = "all";

Error not_found(std::string_view id) {
  return errors::DBClusterSnapshotNotFoundFault(fmt::format("DBClusterSnapshot {} not found.", id.substr(0, 255)));
}

// Account and region of a snapshot's ARN, and its identifier.
struct Named {
  AccountId account;
  std::string region, id;
};
Named named_in(const api::Call& call, const std::string& text) {
  const std::size_t mark = text.find(arn_mark);
  if (!text.starts_with("arn:") || mark == std::string::npos) return {call.account(), call.region().value, to_lower(text)};
  // arn:aws:rds:us-east-1:111122223333:cluster-snapshot:name
  const std::string_view head = std::string_view(text).substr(0, mark);
  const std::size_t account_at = head.rfind(':');
  const std::size_t region_at = account_at == std::string_view::npos ? account_at : head.rfind(':', account_at - 1);
  if (region_at == std::string_view::npos) return {call.account(), call.region().value, to_lower(text)};
  return {AccountId(std::string(head.substr(account_at + 1))),
          std::string(head.substr(region_at + 1, account_at - region_at - 1)), to_lower(text.substr(mark + arn_mark.size()))};
}

}  // namespace

std::string snapshot_arn(const api::Call& call, std::string_view id) {
  return call.arn("rds", fmt::format("cluster-snapshot:{}", id));
}
std::string backup_arn(const api::Call& call, std::string_view cluster_resource_id) {
  return call.arn("rds", fmt::format("cluster-auto-backup:{}", to_lower(cluster_resource_id)));
}

bool is_shared_with(const SnapshotRecord& snapshot, const AccountId& account) {
  return std::ranges::any_of(snapshot.shared_with,
                             [&](const std::string& one) { return one == everybody || one == account.value; });
}

Result<FoundSnapshot> find_snapshot(const api::Call& call, const std::string& identifier) {
  const Named named = named_in(call, identifier);
  FoundSnapshot out{store::key_of(named.account, Region(named.region), named.id)};
  out.record = call.txn.get(snapshots, out.key);
  out.own = named.account == call.account();
  if (out.record == nullptr || (!out.own && !is_shared_with(*out.record, call.account()))) return not_found(identifier);
  return out;
}

Result<const SnapshotRecord*> find_own_snapshot(const api::Call& call, const std::string& identifier) {
  const SnapshotRecord* record = call.txn.get(snapshots, call.key(identifier_of(identifier, "cluster-snapshot")));
  if (record == nullptr) return not_found(identifier);
  return record;
}

SnapshotStateRecord snapshot_state_of(const store::Reader& reader, const store::Key& key) {
  const SnapshotStateRecord* known = reader.get(snapshot_states, key);
  return known == nullptr ? SnapshotStateRecord{} : *known;
}

api::Requirement& need_snapshot(const api::Call& call, const std::string& identifier, api::Requirements& needs) {
  const Named named = named_in(call, identifier);
  const bool own = named.account == call.account();
  api::Requirement& need = needs.need(fmt::format("arn:{}:rds:{}:{}:cluster-snapshot:{}", call.partition().value, named.region,
                                                  named.account.value, named.id));
  const SnapshotRecord* record = call.txn.get(snapshots, store::key_of(named.account, Region(named.region), named.id));
  if (record == nullptr || !own) return need;
  need.resource_tags = record->tags;
  for (const auto& [key, value] : record->tags) need.key("rds:cluster-snapshot-tag/" + key, value);
  return need;
}

DBClusterSnapshot to_snapshot(const api::Call& call, const store::Key& key, const SnapshotRecord& record) {
  const SnapshotStateRecord state = snapshot_state_of(call.txn, key);
  DBClusterSnapshot out;
  out.DBClusterSnapshotIdentifier = record.id;
  out.DBClusterSnapshotArn = fmt::format("arn:{}:rds:{}:{}:cluster-snapshot:{}", call.partition().value, key.region(),
                                         key.account().value, record.id);
  out.DBClusterIdentifier = record.cluster.id;
  out.DbClusterResourceId = record.cluster.resource_id;
  out.SnapshotType = record.automated ? "automated" : "manual";
  out.Status = std::string(snapshot_status(record, state));
  out.PercentProgress = state.made ? 100 : 0;
  out.SnapshotCreateTime = record.created_at;
  out.ClusterCreateTime = record.cluster.created_at;
  out.Engine = record.cluster.engine;
  out.EngineVersion = record.cluster.engine_version;
  out.EngineMode = "provisioned";
  out.LicenseModel = std::string(license_model);
  out.MasterUsername = record.cluster.master_username;
  out.Port = record.cluster.port;
  out.VpcId = record.cluster.vpc_id;
  out.AvailabilityZones = record.cluster.zones;
  out.AllocatedStorage = 1;
  out.StorageEncrypted = false;
  out.IAMDatabaseAuthenticationEnabled = false;
  if (!record.source_arn.empty()) out.SourceDBClusterSnapshotArn = record.source_arn;
  // Whom it is shared with does not see its tags.
  if (key.account() == call.account()) out.TagList = to_tags(record.tags);
  return out;
}

Result<void> check_snapshot_identifier(std::string_view parameter, std::string_view value) {
  return check_identifier(parameter, value);
}

Result<void> check_copyable(std::string_view engine) {
  if (!is_mysql(engine)) return {};
  return Error{"NotImplemented", fmt::format("Copies of {} clusters are not implemented by haar.", engine), 501, Fault::receiver};
}

Result<SnapshotRecord> begin_snapshot(api::Call& call, const std::string& identifier) {
  SnapshotRecord out;
  out.id = to_lower(identifier);
  if (call.txn.get(snapshots, call.key(out.id)) != nullptr) {
    return errors::DBClusterSnapshotAlreadyExistsFault(
        fmt::format("Cannot create the snapshot because a snapshot with the identifier {} already exists.", out.id));
  }
  std::size_t manual = 0;
  for (const auto& [key, snapshot] : call.txn.scan(snapshots, store::prefix_of(call.account(), call.region())))
    manual += snapshot.automated ? 0 : 1;
  if (manual >= cluster_snapshots_per_region.value()) {
    return errors::SnapshotQuotaExceeded(
        fmt::format("Cannot create more than {} manual snapshots", cluster_snapshots_per_region.value()));
  }
  out.resource_id = new_resource_id(call.random(), "snapshot-");
  out.created_at = call.now();
  return out;
}

constinit Quota cluster_snapshots_per_region{"rds/manual-cluster-snapshots-per-region", 100, 1000};

// The oldest of all events are swept away with those of clusters (events.cc).
void note_snapshot_event(api::Call& call, const std::string& id, std::string message) {
  EventRecord event{"db-cluster-snapshot", id, snapshot_arn(call, id), "backup", std::move(message), call.now()};
  const store::Key key =
      call.key(fmt::format("{:020}", event.at.micros), random_text(call.random(), alphabet_lower_alnum, 8));
  call.txn.put(events, key, std::move(event));
}

constinit const managed::TaggedKind cluster_snapshot_tags{
    "cluster-snapshot", [](std::string_view id) { return not_found(id); }, &api::tagged_records<snapshots>, need_snapshot};

}  // namespace haar::rds
