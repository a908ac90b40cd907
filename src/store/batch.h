// A batch: works run in turn on a speculative head, to become one transaction of the backend.
#pragma once

#include <unordered_map>
#include <vector>

#include "store/db.h"

namespace haar::store {

// Reads and decodes every key space of the layout.
Result<Snapshot> load(Backend& backend, std::shared_ptr<const Layout> layout);

class Batch {
 public:
  // `reserve`: on a full disk, where a work that only adds to logs is answered `unavailable`; it could be repeated for ever.
  Batch(Snapshot head, Limits limits, bool track_reads, bool reserve = false)
      : head_(std::move(head)), limits_(limits), track_reads_(track_reads), reserve_(reserve) {}

  // Runs a work on the head. False: it does not fit any more and must run again in the next batch; it left
  // no trace. Otherwise `outcome` is what to answer if the batch commits.
  bool run(const Db::Work& work, Outcome& outcome);
  [[nodiscard]] bool touched() const { return !transaction_.writes.empty(); }
  // The transaction with the reads it depends on; call once, when all works have run.
  const Transaction& transaction();
  // After the commit, before anyone else sees the rows: gives them their revision.
  Snapshot seal(Revision revision);
  [[nodiscard]] std::vector<Changed> changed() const;

  // The state after changes that others committed. Spaces that this program does not know are passed over.
  static Result<Snapshot> adopt(const Snapshot& base, const std::vector<Change>& changes, Revision through);

 private:
  using SpaceKey = std::pair<const SpaceBase*, std::string>;
  static bool only_logs(const Txn& txn);
  [[nodiscard]] bool fits(const Txn& txn) const;
  void merge(Txn& txn);
  void merge_reads(const ReadSet& reads);

  Snapshot head_;
  const Limits limits_;
  const bool track_reads_, reserve_;
  Transaction transaction_;
  std::unordered_map<SpaceKey, std::size_t, ReadSet::KeyHash> positions_;  // in transaction_.writes
  std::vector<Ref<const Row>> rows_;                                       // put by the batch
  std::size_t bytes_ = 0;
  ReadSet reads_;
};

}  // namespace haar::store
