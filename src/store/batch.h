// A batch: works run in turn on a speculative head, to become one transaction of the backend.
#pragma once

#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "store/db.h"

namespace haar::store {

// What a transaction holds, to be compared with what a backend takes.
struct Load {
  std::size_t operations = 0, compares = 0, bytes = 0;
  Load& operator+=(const Load& more);
  [[nodiscard]] bool within(const Limits& limits) const;
};

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

  // What is different in the newer of two states, as of the key spaces that both have.
  static std::vector<Changed> difference(const Snapshot& older, const Snapshot& newer);
  // The state after changes that others committed. Spaces that this program does not know are passed over.
  static Result<Snapshot> adopt(const Snapshot& base, const std::vector<Change>& changes, Revision through);

 private:
  using SpaceKey = std::pair<const SpaceBase*, std::string>;
  static bool only_appends(const Txn& txn);
  // What the work would add.
  [[nodiscard]] Load load_of(const Txn& txn, const ReadSet& reads, bool writes) const;
  void add_writes(const Txn& txn, const ReadSet& reads, Load& out) const;
  // Takes it up if it fits; otherwise `outcome` is set, or false returned where it fits into the next batch.
  bool take(Txn& txn, const ReadSet& reads, bool writes, Outcome& outcome);
  void merge(Txn& txn);
  void merge_reads(const ReadSet& reads);

  Snapshot head_;
  const Limits limits_;
  const bool track_reads_, reserve_;
  Transaction transaction_;
  std::unordered_map<SpaceKey, std::size_t, ReadSet::KeyHash> positions_;  // in transaction_.writes
  std::vector<Ref<const Row>> rows_;                                       // put by the batch
  Load load_;
  ReadSet reads_;
};

}  // namespace haar::store
