#include "copies.h"

#include <fmt/format.h>

#include <set>

#include "model/rds/CreateDBClusterSnapshot.h"
#include "model/rds/DeleteDBClusterSnapshot.h"
#include "services/rds/plan/snapshot.h"
#include "services/rds/snapshots/records.h"

namespace haar::fleet::sim {
namespace {

constexpr std::uint64_t snapshot_ids = 4;

std::string folder_of(const rds::SnapshotRecord& snapshot) { return "/sim/state/rds/copies/" + snapshot.resource_id; }

rds::SnapshotStateRecord seen_of(const store::Reader& reader, const store::Key& key) {
  const rds::SnapshotStateRecord* seen = reader.get(rds::snapshot_states, key);
  return seen == nullptr ? rds::SnapshotStateRecord{} : *seen;
}

}  // namespace

void Copies::note(const std::string& call, const std::string& id, const Result<void>& done) {
  life_.tell(fmt::format("{} {}: {}", call, id, done.ok() ? "ok" : done.error().code + " " + done.error().message));
}

void Copies::call_something() { life_.chance.below(100) < 60 ? create() : remove(); }

void Copies::create() {
  std::vector<std::string> there;
  const store::Reader reader = life_.world.reader();
  for (const auto& [key, cluster] : reader.scan(rds::clusters, {})) there.push_back(cluster.id);
  if (there.empty()) return;
  rds::CreateDBClusterSnapshotMessage in;
  in.DBClusterSnapshotIdentifier = fmt::format("s{}", life_.chance.below(snapshot_ids));
  in.DBClusterIdentifier = life_.chance.one_of(there);
  const auto made = life_.world.call<rds::ops::CreateDBClusterSnapshot>(in);
  note("CreateDBClusterSnapshot", in.DBClusterSnapshotIdentifier, made.ok() ? Result<void>{} : made.error());
  if (made.ok()) wishes_[in.DBClusterSnapshotIdentifier] = true;
}

void Copies::remove() {
  if (wishes_.empty()) return;
  std::vector<std::string> there;
  for (const auto& [id, stays] : wishes_) there.push_back(id);
  rds::DeleteDBClusterSnapshotMessage in;
  in.DBClusterSnapshotIdentifier = life_.chance.one_of(there);
  const auto done = life_.world.call<rds::ops::DeleteDBClusterSnapshot>(in);
  note("DeleteDBClusterSnapshot", in.DBClusterSnapshotIdentifier, done.ok() ? Result<void>{} : done.error());
  if (done.ok()) wishes_[in.DBClusterSnapshotIdentifier] = false;
}

// ---- what has to hold ----------------------------------------------------------------------------------

void Copies::check_always() {
  const store::Reader reader = life_.world.reader();
  for (const auto& [key, seen] : reader.scan(rds::snapshot_states, {})) {
    const rds::SnapshotRecord* snapshot = reader.get(rds::snapshots, key);
    if (snapshot == nullptr) life_.violation("a state without its snapshot: " + key.text());
    else if (seen.made && !snapshot->deleting && !life_.world.machine->copies().contains(folder_of(*snapshot)))
      life_.violation("a snapshot is called made and is not there: " + key.text());
  }
}

void Copies::check_rest() {
  const store::Reader reader = life_.world.reader();
  std::set<std::string> wanted;
  for (const auto& [key, snapshot] : reader.scan(rds::snapshots, {})) {
    const rds::SnapshotStateRecord seen = seen_of(reader, key);
    if (snapshot.deleting) life_.violation("a snapshot is being deleted for ever: " + key.text());
    if (!seen.made && !seen.given_up) life_.violation("a snapshot is being made for ever: " + key.text());
    if (seen.made) wanted.insert(folder_of(snapshot));
    if (!snapshot.automated && !wishes_[snapshot.id]) life_.violation("a snapshot that was to go is there: " + snapshot.id);
    if (snapshot.automated && !reader.find(rds::clusters, rds::clusters_by_resource, snapshot.cluster.resource_id).first())
      life_.violation("an automated snapshot outlives its cluster: " + snapshot.id);
  }
  for (const auto& [id, stays] : wishes_) {
    if (stays && reader.get(rds::snapshots, store::key_of(account, region, id)) == nullptr)
      life_.violation("a snapshot is gone that nobody deleted: " + id);
  }
  for (const auto& [folder, copy] : life_.world.machine->copies()) {
    if (!wanted.contains(folder)) life_.violation("a copy is left that belongs to no snapshot: " + folder);
  }
  for (const auto& [key, state] : reader.scan(rds::backup_states, {})) {
    if (!reader.find(rds::clusters, rds::clusters_by_resource, key.part(2)).first())
      life_.violation("backups are kept of a cluster that is gone: " + key.text());
  }
}

}  // namespace haar::fleet::sim
