// Power cuts, failing disks and full ones, on a disk that keeps what was not synced apart (fault_vfs.h).
// SIGKILL (crash_test.cc) proves nothing about fsync: the kernel writes what the process left.
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <future>
#include <optional>

#include "store/fault_vfs.h"
#include "store/sqlite_backend.h"
#include "store/test_folder.h"
#include "store/test_writers.h"

namespace haar::store {
namespace {

constexpr int writer_count = 4;
constexpr std::size_t filler_bytes = 700;

std::unique_ptr<Db> open_db(const SqliteOptions& options, std::string& problem) {
  Result<std::unique_ptr<Backend>> backend = open_sqlite_backend(options);
  if (!backend.ok()) return problem = backend.error().message, nullptr;
  Result<std::unique_ptr<Db>> db = Db::open(std::move(backend).value(), piece_spaces());
  if (!db.ok()) return problem = db.error().message, nullptr;
  return std::move(db).value();
}

struct Cut {
  std::array<std::int64_t, writer_count> acknowledged{};
  FaultVfs::Image image;
};

// Lets writers run, cuts the power at the n-th disk operation, and returns what was acknowledged by then.
Cut run_until_cut(const std::string& synchronous, std::uint64_t operation, FaultVfs::Unsynced unsynced, unsigned seed) {
  const TestFolder folder;
  FaultVfs disk("fault-" + folder.path().substr(folder.path().rfind('/') + 1));
  std::string problem;
  const auto db = open_db({.folder = folder / "data", .vfs = disk.name(), .synchronous = synchronous}, problem);
  EXPECT_NE(db, nullptr) << problem;
  if (db == nullptr) return {};

  std::mutex mutex;
  std::array<std::int64_t, writer_count> acknowledged{};
  std::promise<Cut> cut;
  disk.at_operation(operation, [&] {
    std::mt19937 random(seed);
    Cut out;
    {
      // Acknowledgements first: what is answered after this instant need not survive it.
      const std::lock_guard lock(mutex);
      out.acknowledged = acknowledged;
    }
    out.image = disk.power_cut(unsynced, random);
    cut.set_value(std::move(out));
  });
  Writers writers(*db, writer_count, filler_bytes, [](int) { return 1; }, [&](int w, std::int64_t n) {
    const std::lock_guard lock(mutex);
    acknowledged[w] = n;
  });
  return cut.get_future().get();
}

// What is wrong with the state after the cut; empty if nothing.
std::string loss_after(const Cut& cut) {
  const TestFolder folder;
  if (const Result<void> restored = FaultVfs::restore(cut.image, folder / "data"); !restored.ok()) {
    return restored.error().message;
  }
  std::string problem;
  const auto db = open_db({.folder = folder / "data"}, problem);
  if (db == nullptr) return "cannot be opened: " + problem;
  for (int w = 0; w < writer_count; ++w) {
    const std::int64_t last = last_whole_write(*db, w, problem);
    if (last < 0) return problem;
    if (last < cut.acknowledged[w]) {
      return "writer " + std::to_string(w) + ": acknowledged " + std::to_string(cut.acknowledged[w]) + ", found " +
             std::to_string(last);
    }
    // One write may be in flight; more than one beyond the acknowledged would be an answer that was kept back.
    if (last > cut.acknowledged[w] + 1) return "writer " + std::to_string(w) + ": more is there than was asked for";
  }
  return "";
}

constexpr std::array all_kinds{FaultVfs::Unsynced::lost, FaultVfs::Unsynced::prefix, FaultVfs::Unsynced::any_sectors};

int losses(const std::string& synchronous, int rounds, std::string& example) {
  std::mt19937 random(20261120);
  int lost = 0;
  for (int i = 0; i < rounds; ++i) {
    // Up to several checkpoints away: each commit is some ten operations, each checkpoint a thousand pages.
    const std::uint64_t operation = 1 + random() % (i % 3 == 0 ? 6000 : 600);
    const std::string loss = loss_after(run_until_cut(synchronous, operation, all_kinds[i / 3 % 3], random()));
    if (loss.empty()) continue;
    ++lost;
    example = "round " + std::to_string(i) + " at operation " + std::to_string(operation) + ": " + loss;
  }
  return lost;
}

TEST(Durability, no_power_cut_loses_an_acknowledged_write_or_leaves_half_of_one) {
  std::string example;
  EXPECT_EQ(losses("FULL", 100, example), 0) << example;
}

TEST(Durability, these_power_cuts_catch_a_store_that_does_not_sync) {
  std::string example;
  EXPECT_GT(losses("OFF", 12, example), 6) << "a disk that forgets unsynced writes must be noticed";
}

TEST(Durability, these_power_cuts_catch_a_store_that_syncs_only_at_checkpoints) {
  std::string example;
  EXPECT_GT(losses("NORMAL", 12, example), 6);
}

class FaultyDisk : public ::testing::Test {
 protected:
  FaultyDisk() : disk_("faulty-" + folder_.path().substr(folder_.path().rfind('/') + 1)) {}
  void open() {
    std::string problem;
    db_ = open_db({.folder = folder_ / "data", .vfs = disk_.name(), .allocate = [this](int, std::int64_t, std::int64_t) {
                     return short_of_blocks_ ? ENOSPC : 0;
                   }}, problem);
    ASSERT_NE(db_, nullptr) << problem;
  }
  Outcome write(std::int64_t n, SubmitOptions options = {}) {
    return db_->submit_and_wait([n](Txn& txn) { return write_pieces(txn, 0, n, filler_bytes); }, options);
  }
  [[nodiscard]] bool reserve_file() const { return std::filesystem::exists(folder_ / "data/state.reserve"); }
  std::atomic<bool> short_of_blocks_{false};
  TestFolder folder_;
  FaultVfs disk_;
  std::unique_ptr<Db> db_;
};

TEST_F(FaultyDisk, nothing_is_visible_before_the_fsync_that_makes_it_durable) {
  std::atomic<std::int64_t> writing = 0;
  std::atomic<int> looked = 0;
  disk_.on_sync = [&] {
    if (writing == 0) return;
    const Reader reader(db_->snapshot());
    const PieceRecord* head = reader.get(heads, key_of(AccountId("0"), global));
    EXPECT_EQ(head == nullptr ? 0 : head->number, writing - 1);
    EXPECT_EQ(db_->log_usage(piece_log)->rows, static_cast<std::uint64_t>(writing - 1)) << "readers of the disk";
    ++looked;
  };
  open();
  for (std::int64_t n = 1; n <= 5; ++n) {
    writing = n;
    EXPECT_EQ(write(n), Outcome::committed);
    writing = 0;
  }
  EXPECT_GE(looked, 5);
  db_.reset();  // closing syncs too, and on_sync looks at this test's variables
}

TEST_F(FaultyDisk, a_full_disk_refuses_writes_goes_on_reading_and_recovers) {
  open();
  EXPECT_EQ(write(1), Outcome::committed);
  disk_.full = true;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(write(2), Outcome::unavailable);
  std::string problem;
  EXPECT_EQ(last_whole_write(*db_, 0, problem), 1) << problem;
  disk_.full = false;
  EXPECT_EQ(write(2), Outcome::committed) << "with the first write after there is room";
  EXPECT_EQ(write(3), Outcome::committed);
  db_.reset();
  open();
  EXPECT_EQ(last_whole_write(*db_, 0, problem), 3) << problem;
}

TEST_F(FaultyDisk, a_full_disk_in_the_middle_of_a_batch_refuses_all_of_it) {
  open();
  std::string problem;
  std::int64_t last = 0;
  for (std::uint64_t at = 1; at <= 12; ++at) {
    EXPECT_EQ(write(last + 1), Outcome::committed);
    ++last;
    disk_.at_operation(at, [&] { disk_.full = true; });
    const Outcome outcome = write(last + 1);
    disk_.full = false;
    disk_.at_operation(0, {});
    if (outcome == Outcome::committed) ++last;
    EXPECT_EQ(last_whole_write(*db_, 0, problem), last) << problem;
  }
}

TEST_F(FaultyDisk, what_gives_room_back_is_committed_when_other_works_are_refused_also_in_one_batch) {
  open();
  EXPECT_EQ(write(1), Outcome::committed);
  EXPECT_FALSE(db_->disk_room().only_deletes);
  short_of_blocks_ = true;
  // Until what is allocated has been written to; what is kept aside stays whole.
  std::int64_t last = 1;
  while (write(last + 1) == Outcome::committed) ++last;
  EXPECT_TRUE(db_->disk_room().only_deletes);
  std::promise<void> go;
  std::promise<Outcome> ordinary, deleting, discarding;
  db_->submit([waiting = go.get_future().share()](Txn&) { return waiting.wait(), Keep::discard; }, [](Outcome) {});
  db_->submit([&](Txn& txn) { return write_pieces(txn, 1, 1, filler_bytes); }, [&](Outcome o) { ordinary.set_value(o); });
  db_->submit([&](Txn& txn) { return write_pieces(txn, 0, last + 1, filler_bytes); },
              [&](Outcome o) { deleting.set_value(o); }, {.may_use_reserve = true});
  go.set_value();
  EXPECT_EQ(ordinary.get_future().get(), Outcome::unavailable);
  EXPECT_EQ(deleting.get_future().get(), Outcome::committed);
  EXPECT_EQ(write(last + 2), Outcome::unavailable);
  EXPECT_EQ(write(last + 2, {.may_use_reserve = true}), Outcome::committed);
  short_of_blocks_ = false;
  EXPECT_EQ(write(last + 3), Outcome::committed) << "the first write after there is room";
  EXPECT_FALSE(db_->disk_room().only_deletes);
  EXPECT_TRUE(db_->disk_room().reserve_kept);
  db_.reset();
  open();
  std::string problem;
  EXPECT_EQ(last_whole_write(*db_, 0, problem), last + 3) << problem;
  EXPECT_EQ(last_whole_write(*db_, 1, problem), 0) << problem;
}

TEST_F(FaultyDisk, what_only_adds_to_a_log_may_not_use_what_is_kept_aside) {
  open();
  std::int64_t n = 0;
  const auto note = [&] {
    ++n;
    return db_->submit_and_wait([&](Txn& txn) {
      return txn.append(piece_log, key_of(AccountId("1"), global, n), {n}), Keep::commit;
    }, {.may_use_reserve = true});
  };
  EXPECT_EQ(note(), Outcome::committed) << "all is well when the disk is not full";
  short_of_blocks_ = true;
  std::int64_t last = 0;
  while (write(last + 1) == Outcome::committed) ++last;
  EXPECT_EQ(note(), Outcome::unavailable);
  EXPECT_EQ(write(last + 1, {.may_use_reserve = true}), Outcome::committed);
  EXPECT_EQ(db_->submit_and_wait([](Txn&) { return Keep::discard; }, {.may_use_reserve = true}), Outcome::committed);
  short_of_blocks_ = false;
  EXPECT_EQ(write(last + 2), Outcome::committed);
  EXPECT_EQ(note(), Outcome::committed);
}

TEST_F(FaultyDisk, the_reserve_file_is_given_up_for_what_gives_room_back_alone_and_is_made_again) {
  std::atomic<bool> crowded = false;
  disk_.full_while = [&] { return crowded && reserve_file(); };
  open();
  EXPECT_EQ(write(1), Outcome::committed);
  EXPECT_TRUE(reserve_file());
  crowded = short_of_blocks_ = true;
  EXPECT_EQ(write(2), Outcome::unavailable);
  EXPECT_TRUE(reserve_file()) << "not for this";
  EXPECT_EQ(write(2, {.may_use_reserve = true}), Outcome::committed);
  EXPECT_FALSE(reserve_file());
  EXPECT_FALSE(db_->disk_room().reserve_kept);
  EXPECT_EQ(write(3), Outcome::unavailable) << "what was given up is not for others";
  crowded = short_of_blocks_ = false;
  EXPECT_EQ(write(3), Outcome::committed);
  EXPECT_TRUE(reserve_file());
  EXPECT_TRUE(db_->disk_room().reserve_kept);
}

TEST_F(FaultyDisk, a_failed_fsync_ends_the_process_with_a_log_line) {
  // "fast" forks here, where no thread runs yet, so that the child works in this test's folder.
  GTEST_FLAG_SET(death_test_style, "fast");
  EXPECT_EXIT(
      {
        open();
        disk_.sync_fails = true;
        write(1);
      },
      ::testing::ExitedWithCode(exit_fsync_failed), "fsync failed.*state.db-wal");
}

TEST_F(FaultyDisk, a_commit_is_one_fsync_and_is_counted) {
  open();
  EXPECT_EQ(write(1), Outcome::committed);
  const Stats before = db_->stats();
  EXPECT_EQ(write(2), Outcome::committed);
  EXPECT_EQ(db_->stats().fsyncs, before.fsyncs + 1);
  EXPECT_EQ(db_->stats().commits, before.commits + 1);
}

}  // namespace
}  // namespace haar::store
