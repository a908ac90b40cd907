// Snapshots as a kind of the fleet: copies of caches' data are taken, kept and removed; automated ones when a window has come.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fleet/engineless_kind.h"
#include "services/elasticache/fleet/cluster_kind.h"
#include "services/elasticache/snapshots/plan.h"

namespace haar::elasticache {

// Where the file of a snapshot lies, in a folder of haar's own.
std::string snapshot_folder(std::string_view state_folder, const store::Key& key, std::string_view resource_id);

class SnapshotKind final : public fleet::EnginelessKind {
 public:
  static constexpr std::string_view kind_name = "elasticache-snapshot";

  // The clusters' kind outlives this, and is asked for their engines.
  SnapshotKind(fleet::Reconciler& reconciler, ClusterKind& clusters) : reconciler_(reconciler), clusters_(clusters) {}

  [[nodiscard]] std::string_view name() const override { return kind_name; }
  [[nodiscard]] std::vector<store::Key> list(const store::Reader& reader) const override;
  [[nodiscard]] std::optional<store::Key> concerned(const store::Reader& reader,
                                                    const store::Changed& change) const override;
  fleet::Plan plan(const store::Key& key) override;
  int note_failure(const store::Key& key, const fleet::Action& action, const Error& error) override;

 private:
  fleet::Plan plan_schedule(const store::Key& key);
  Result<void> take(const store::Key& key, const SnapshotRecord& snapshot);
  Result<void> copy(const store::Key& key, const SnapshotRecord& snapshot);
  Result<void> delete_source(const store::Key& key, const SnapshotRecord& snapshot);
  Result<void> remove(const store::Key& key, const SnapshotRecord& snapshot);
  Result<void> note_done(const store::Key& key, const SnapshotRecord& snapshot, std::uint64_t bytes);
  [[nodiscard]] std::string folder_of(const store::Key& key, std::string_view resource_id) const;
  // The engine whose data are wanted; null: there is none that answers.
  [[nodiscard]] std::shared_ptr<fleet::Engine> source_of(const store::Key& key, const SnapshotRecord& snapshot) const;

  fleet::Reconciler& reconciler_;
  ClusterKind& clusters_;
};

}  // namespace haar::elasticache
