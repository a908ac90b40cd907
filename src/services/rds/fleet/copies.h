// What the kinds of copies work with: where copies and logs lie, the engine of which a copy is made.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "fleet/engine.h"
#include "fleet/logged_engine.h"
#include "fleet/host.h"
#include "services/rds/plan/snapshot.h"
#include "store/reader.h"

namespace haar::rds {

// Outside of every engine's folder, and of what a tenant can name.
std::string copy_folder(const fleet::Host& host, const std::string& resource_id);
std::string log_folder(const fleet::Host& host, const std::string& cluster_resource_id);

// The engine that has the cluster's data: of the instance that writes, or of the volume that is kept without one.
struct Source {
  engines::InstanceSpec spec;
  std::string version;
  bool serves = false;  // it has been set up and is to run
};
std::optional<Source> source_of(const fleet::Host& host, const store::Reader& reader, const std::string& cluster_resource_id);

// What the plans of backups go by. `key`: (account, region, resource id).
BackupWanted read_backups(const store::Reader& reader, const store::Key& key);
BackupStateRecord backup_state_of(const store::Reader& reader, const store::Key& key);
// Whether a cluster is being made of the snapshot or of the backups of the cluster with this resource id.
bool is_being_restored(const store::Reader& reader, const std::string& resource_id);
// Whether a copy of the cluster is still to be made, and its volume therefore to stay.
bool is_being_copied(const store::Reader& reader, const std::string& cluster_resource_id);

// Whether it is shown as backing up: not while a new cluster's first copy is made in the background.
bool is_backing_up(const store::Reader& reader, const std::string& cluster_resource_id);

struct CopyParts {
  std::function<std::shared_ptr<fleet::Engine>(engines::InstanceSpec, const std::string& version)> engine;
  std::function<Result<void>(const std::string& from, const std::string& to)> duplicate;
  std::function<Result<void>(const std::string& folder)> discard;
};

// Makes the volume of a cluster that is made of a copy (RestoreRecord): whether it has its master user. nullopt: it is made of
// none, and nothing was done.
Result<std::optional<bool>> make_of_copy(const fleet::Host& host, const CopyParts& parts, const store::Key& key,
                                         const ClusterRecord& cluster, fleet::Engine& engine);

}  // namespace haar::rds
