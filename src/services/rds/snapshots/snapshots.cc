// CreateDBClusterSnapshot, CopyDBClusterSnapshot, DescribeDBClusterSnapshots, DeleteDBClusterSnapshot. They only write down
// what is wanted; fleet/snapshot_kind.h makes it so.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_CreateSnapshotCluster.html
#include <fmt/format.h>

#include <algorithm>

#include "api/kit/row.h"
#include "base/encoding.h"
#include "model/rds/CopyDBClusterSnapshot.h"
#include "model/rds/CreateDBClusterSnapshot.h"
#include "model/rds/DeleteDBClusterSnapshot.h"
#include "model/rds/DescribeDBClusterSnapshots.h"
#include "model/rds/service.h"
#include "services/rds/cluster_lookup.h"
#include "services/rds/describe.h"
#include "services/rds/events.h"
#include "services/rds/fleet/copies.h"
#include "services/rds/names.h"
#include "services/rds/operations.h"
#include "services/rds/snapshots/lookup.h"
#include "services/rds/snapshots/operations.h"
#include "services/rds/status.h"
#include "services/rds/tags.h"

namespace haar::rds {
namespace {

using api::Call;

Error bad_state(const std::string& id, std::string_view state) {
  return errors::InvalidDBClusterSnapshotStateFault(
      fmt::format("Cannot process the request because the snapshot {} is in {} state.", id, state));
}

// ---- CreateDBClusterSnapshot -------------------------------------------------------------------------

Result<CreateDBClusterSnapshotResult> create_snapshot(Call& call, const CreateDBClusterSnapshotMessage& in) {
  TRY(check_snapshot_identifier("DBClusterSnapshotIdentifier", in.DBClusterSnapshotIdentifier));
  const ClusterRecord* cluster = TRY(find_cluster(call, in.DBClusterIdentifier));
  TRY(check_copyable(cluster->engine));
  const std::string_view state = status_in(call.txn, call.key(cluster->id), *cluster);
  if (state != status::available && state != status::stopped) {
    return errors::InvalidDBClusterStateFault(
        fmt::format("Cluster {} is in {} state: a snapshot of it cannot be created.", cluster->id, state));
  }
  SnapshotRecord snapshot = TRY(begin_snapshot(call, in.DBClusterSnapshotIdentifier));
  snapshot.cluster = copied(*cluster);
  snapshot.tags = TRY(read_tags(in.Tags));
  if (cluster->copy_tags_to_snapshot) snapshot.tags.insert(cluster->tags.begin(), cluster->tags.end());
  note_snapshot_event(call, snapshot.id, "Creating manual cluster snapshot");
  call.txn.put(snapshots, call.key(snapshot.id), snapshot);
  CreateDBClusterSnapshotResult out;
  out.DBClusterSnapshot = to_snapshot(call, call.key(snapshot.id), snapshot);
  return out;
}

void needs_create_snapshot(const Call& call, const CreateDBClusterSnapshotMessage& in, api::Requirements& needs) {
  const std::string arn = snapshot_arn(call, to_lower(in.DBClusterSnapshotIdentifier));
  const api::TagMap tags = api::tag_map(in.Tags);
  need_creation_tags(needs.need(arn), tags);
  need_creation_tags(need_cluster(call, identifier_of(in.DBClusterIdentifier, "cluster"), needs), tags);
  need_tags_at_creation(arn, tags, needs);
}

// ---- CopyDBClusterSnapshot ---------------------------------------------------------------------------

Result<CopyDBClusterSnapshotResult> copy_snapshot(Call& call, const CopyDBClusterSnapshotMessage& in) {
  TRY(check_snapshot_identifier("TargetDBClusterSnapshotIdentifier", in.TargetDBClusterSnapshotIdentifier));
  const FoundSnapshot source = TRY(find_snapshot(call, in.SourceDBClusterSnapshotIdentifier));
  const std::string_view state = snapshot_status(*source.record, snapshot_state_of(call.txn, source.key));
  if (state != status::available) return bad_state(source.record->id, state);
  const SnapshotRecord from = *source.record;
  SnapshotRecord snapshot = TRY(begin_snapshot(call, in.TargetDBClusterSnapshotIdentifier));
  snapshot.cluster = from.cluster;
  snapshot.source_resource_id = from.resource_id;
  snapshot.source_arn = fmt::format("arn:{}:rds:{}:{}:cluster-snapshot:{}", call.partition().value, source.key.region(),
                                    source.key.account().value, from.id);
  snapshot.tags = TRY(read_tags(in.Tags));
  // "If the source is a shared one, its tags are not copied": they are its owner's.
  if (in.CopyTags.value_or(false) && source.own) snapshot.tags.insert(from.tags.begin(), from.tags.end());
  call.txn.put(snapshots, call.key(snapshot.id), snapshot);
  CopyDBClusterSnapshotResult out;
  out.DBClusterSnapshot = to_snapshot(call, call.key(snapshot.id), snapshot);
  return out;
}

void needs_copy_snapshot(const Call& call, const CopyDBClusterSnapshotMessage& in, api::Requirements& needs) {
  const std::string arn = snapshot_arn(call, to_lower(in.TargetDBClusterSnapshotIdentifier));
  const api::TagMap tags = api::tag_map(in.Tags);
  need_creation_tags(needs.need(arn), tags);
  need_creation_tags(need_snapshot(call, in.SourceDBClusterSnapshotIdentifier, needs), tags);
  need_tags_at_creation(arn, tags, needs);
}

// ---- DescribeDBClusterSnapshots -------------------------------------------------------------------------

std::string cluster_named(std::string_view given) { return identifier_of(given, "cluster"); }
std::string snapshot_named(std::string_view given) { return identifier_of(given, "cluster-snapshot"); }

constexpr FilterField<SnapshotRecord> snapshot_filters[] = {
    {"db-cluster-id", [](const SnapshotRecord& r, Values& out) { add_value(out, r.cluster.id); }, cluster_named},
    {"db-cluster-snapshot-id", [](const SnapshotRecord& r, Values& out) { add_value(out, r.id); }, snapshot_named},
    {"snapshot-type",
     [](const SnapshotRecord& r, Values& out) { add_value(out, std::string(r.automated ? "automated" : "manual")); }},
    {"engine", [](const SnapshotRecord& r, Values& out) { add_value(out, r.cluster.engine); }},
};

// What the type says beside "manual" and "automated": those of other accounts.
struct Asked {
  bool own = true, shared = false, everybodys = false;
  std::optional<bool> automated = {};
};

Result<Asked> asked_for(const DescribeDBClusterSnapshotsMessage& in) {
  Asked out;
  const std::string type = in.SnapshotType.value_or("");
  out.shared = in.IncludeShared.value_or(false);
  out.everybodys = in.IncludePublic.value_or(false);
  if (type.empty()) return out;
  if (type == "manual" || type == "automated") {
    out.automated = type == "automated";
    if (type == "automated") out.shared = out.everybodys = false;
    return out;
  }
  if (type == "shared" || type == "public") {
    out.own = false;
    (type == "shared" ? out.shared : out.everybodys) = true;
    return out;
  }
  if (type == "awsbackup") return Asked{false};  // haar has no AWS Backup
  return errors::InvalidParameterValue(fmt::format("Invalid snapshot type: {}", type.substr(0, 64)));
}

struct Place {
  store::Key key;
  const SnapshotRecord* record;
};

std::vector<Place> places(const Call& call, const Asked& asked) {
  std::vector<Place> out;
  if (asked.own) {
    for (const auto& [key, record] : call.txn.scan(snapshots, store::prefix_of(call.account(), call.region())))
      out.push_back({key, &record});
  }
  const auto add = [&](const std::string& reader) {
    for (const auto& [key, record] : call.txn.find(snapshots, snapshots_by_reader, store::join(reader, call.region()))) {
      if (key.account() != call.account()) out.push_back({key, &record});
    }
  };
  if (asked.shared) add(call.account().value);
  if (asked.everybodys) add("all");
  return out;
}

Result<DBClusterSnapshotMessage> describe_snapshots(Call& call, const DescribeDBClusterSnapshotsMessage& in) {
  const std::size_t size = TRY(api::page_size(page_rules, in.MaxRecords));
  const api::FilterSet<SnapshotRecord> filters = TRY(read_filters<SnapshotRecord>(in.Filters, snapshot_filters));
  const Asked asked = TRY(asked_for(in));
  DBClusterSnapshotMessage out;
  out.DBClusterSnapshots.emplace();
  const auto wanted = [&](const Place& place) {
    const SnapshotRecord& record = *place.record;
    if (asked.automated && record.automated != *asked.automated) return false;
    if (in.DBClusterIdentifier && record.cluster.id != identifier_of(*in.DBClusterIdentifier, "cluster")) return false;
    if (in.DbClusterResourceId && record.cluster.resource_id != *in.DbClusterResourceId) return false;
    return filters.match(record);
  };
  const auto show = [&](const Place& place) { out.DBClusterSnapshots->push_back(to_snapshot(call, place.key, *place.record)); };
  if (in.DBClusterSnapshotIdentifier) {
    const FoundSnapshot found = TRY(find_snapshot(call, *in.DBClusterSnapshotIdentifier));
    if (const Place place{found.key, found.record}; wanted(place)) show(place);
    return out;
  }
  const std::string listing = fmt::format("DescribeDBClusterSnapshots {} {} {} {} {} {}", filter_text(in.Filters),
                                          in.DBClusterIdentifier.value_or(""), in.DbClusterResourceId.value_or(""),
                                          in.SnapshotType.value_or(""), asked.shared, asked.everybodys);
  api::Page page = TRY(api::Page::open(call, page_rules, listing, in.Marker, size));
  api::list_page(page, places(call, asked), [](const Place& place) { return std::string(place.key.bytes()); }, wanted, show);
  page.close(out);
  return out;
}

void needs_describe_snapshots(const Call& call, const DescribeDBClusterSnapshotsMessage& in, api::Requirements& needs) {
  need_snapshot(call, in.DBClusterSnapshotIdentifier.value_or("*"), needs);
  if (in.DBClusterIdentifier) need_cluster(call, identifier_of(*in.DBClusterIdentifier, "cluster"), needs);
}

api::AwaitedKeys snapshot_in_transition(const Call& call, const DBClusterSnapshotMessage& out) {
  for (const DBClusterSnapshot& snapshot : *out.DBClusterSnapshots) {
    if (snapshot.Status == status::creating || snapshot.Status == status::deleting)
      return {call.key(*snapshot.DBClusterSnapshotIdentifier)};
  }
  return {};
}

// ---- DeleteDBClusterSnapshot ----------------------------------------------------------------------------

Result<DeleteDBClusterSnapshotResult> delete_snapshot(Call& call, const DeleteDBClusterSnapshotMessage& in) {
  const SnapshotRecord* record = TRY(find_own_snapshot(call, in.DBClusterSnapshotIdentifier));
  const store::Key key = call.key(record->id);
  const std::string_view state = snapshot_status(*record, snapshot_state_of(call.txn, key));
  if (state != status::available && state != status::failed) return bad_state(record->id, state);
  if (record->automated) {
    return errors::InvalidDBClusterSnapshotStateFault(
        "Only manual snapshots may be deleted. Automated snapshots go with their retention period.");
  }
  if (is_being_restored(call.txn, record->resource_id)) return bad_state(record->id, "restoring");
  SnapshotRecord changed = *record;
  changed.deleting = true;
  call.txn.put(snapshots, key, changed);
  DeleteDBClusterSnapshotResult out;
  out.DBClusterSnapshot = to_snapshot(call, key, changed);
  return out;
}

void needs_delete_snapshot(const Call& call, const DeleteDBClusterSnapshotMessage& in, api::Requirements& needs) {
  need_snapshot(call, in.DBClusterSnapshotIdentifier, needs);
}

}  // namespace

const api::Operations& cluster_snapshots_operations() {
  static const api::Operations rows = {
      api::op<ops::CreateDBClusterSnapshot>(create_snapshot, api::on(needs_create_snapshot),
          api::takes("DBClusterSnapshotIdentifier DBClusterIdentifier Tags")),
      api::op<ops::CopyDBClusterSnapshot>(copy_snapshot, api::on(needs_copy_snapshot),
          api::takes("SourceDBClusterSnapshotIdentifier TargetDBClusterSnapshotIdentifier CopyTags Tags"),
          api::without_effect("PreSignedUrl", "the caller is known here in every region")),
      api::op<ops::DescribeDBClusterSnapshots>(describe_snapshots, api::on(needs_describe_snapshots), api::read_only,
          api::in_transition(snapshot_in_transition),
          api::takes("DBClusterIdentifier DBClusterSnapshotIdentifier DbClusterResourceId SnapshotType Filters MaxRecords Marker "
                     "IncludeShared IncludePublic")),
      api::op<ops::DeleteDBClusterSnapshot>(delete_snapshot, api::on(needs_delete_snapshot),
          api::takes("DBClusterSnapshotIdentifier")),
  };
  return rows;
}

}  // namespace haar::rds
