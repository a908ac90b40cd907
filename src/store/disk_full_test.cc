// A real full disk: a small ext4 file system on a loop device, filled while 32 writers write. (What a full
// disk does at every single write is in durability_test.cc, on a simulated one.)
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <spawn.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <thread>

#include "base/file.h"
#include "base/test_wait.h"
#include "store/sqlite_backend.h"
#include "store/test_folder.h"
#include "store/test_writers.h"

extern char** environ;

namespace haar::store {
namespace {

constexpr int writer_count = 32;
constexpr std::size_t filler_bytes = 200;
constexpr off_t disk_bytes = 32 << 20;

int run(std::vector<std::string> words) {
  std::vector<char*> arguments;
  for (std::string& w : words) arguments.push_back(w.data());
  arguments.push_back(nullptr);
  pid_t pid = 0;
  if (::posix_spawnp(&pid, arguments[0], nullptr, nullptr, arguments.data(), environ) != 0) return -1;
  int status = 0;
  return ::waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

// The file system is mounted in a mount namespace of this process's own, so that nothing is left behind
// however the test ends.
class SmallDisk {
 public:
  SmallDisk() {
    const std::string image = folder_ / "image";
    const Fd fd(::open(image.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (::geteuid() != 0) {
      reason_ = "only root may mount";
    } else if (::ftruncate(fd.get(), disk_bytes) != 0 || run({"mkfs.ext4", "-q", "-m", "0", image}) != 0) {
      reason_ = "mkfs.ext4 does not work here";
    } else if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
               !make_folders(path(), 0700).ok() || run({"mount", "-o", "loop", image, path()}) != 0) {
      reason_ = "loop devices cannot be mounted here";
    }
  }
  ~SmallDisk() {
    if (usable()) ::umount2(path().c_str(), MNT_DETACH);
  }
  [[nodiscard]] bool usable() const { return reason_.empty(); }
  [[nodiscard]] const std::string& reason() const { return reason_; }
  [[nodiscard]] std::string path() const { return folder_ / "mnt"; }

  // Takes what room there is.
  void fill() {
    static const std::string block(4096, 'f');
    const Fd fd(::open((path() + "/filler").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    ASSERT_TRUE(fd.valid());
    while (::write(fd.get(), block.data(), block.size()) > 0) {
    }
    EXPECT_EQ(errno, ENOSPC);
    ::fsync(fd.get());
  }
  // The blocks are free for others once the file system's own journal is written.
  void make_room() {
    EXPECT_EQ(::unlink((path() + "/filler").c_str()), 0);
    const Fd fd(::open(path().c_str(), O_RDONLY | O_CLOEXEC));
    EXPECT_EQ(::syncfs(fd.get()), 0);
  }

 private:
  TestFolder folder_;
  std::string reason_;
};

class DiskFull : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!disk_.usable()) GTEST_SKIP() << disk_.reason() << "; only the simulated full disk was tested";
    open();
  }
  void open() {
    db_.reset();
    Result<std::unique_ptr<Backend>> backend = open_sqlite_backend({.folder = disk_.path() + "/data"});
    ASSERT_TRUE(backend.ok()) << backend.error().message;
    Result<std::unique_ptr<Db>> db = Db::open(std::move(backend).value(), piece_spaces());
    ASSERT_TRUE(db.ok()) << db.error().message;
    db_ = std::move(db).value();
  }
  void check_acknowledged(const std::string& when) {
    for (int w = 0; w < writer_count; ++w) {
      std::string problem;
      EXPECT_EQ(last_whole_write(*db_, w, problem), acknowledged_[w]) << when << ": " << problem;
    }
  }

  SmallDisk disk_;
  std::unique_ptr<Db> db_;
  std::array<std::atomic<std::int64_t>, writer_count> acknowledged_{};
  std::atomic<int> committed_{0};
  std::atomic<int> refused_in_a_row_{0};
  std::atomic<int> other_answers_{0};
};

TEST_F(DiskFull, every_write_is_refused_reads_go_on_nothing_is_lost_and_writes_resume) {
  const auto wait_until = [](auto condition) {
    ASSERT_TRUE(eventually(condition));
  };
  {
    Writers writers(*db_, writer_count, filler_bytes, [](int) { return 1; },
                    [&](int w, std::int64_t n) {
                      acknowledged_[w] = n;
                      ++committed_;
                      refused_in_a_row_ = 0;
                    },
                    [&](Outcome o) {
                      ++refused_in_a_row_;
                      other_answers_ += o != Outcome::unavailable;
                    });
    wait_until([&] { return committed_ > 300; });
    disk_.fill();
    // What is allocated already may still be written to; then every write of every writer is refused.
    wait_until([&] { return refused_in_a_row_ > 20 * writer_count; });
    EXPECT_EQ(other_answers_, 0);
    const Reader reader(db_->local_snapshot());
    for (int w = 0; w < writer_count; ++w) {
      const PieceRecord* head = reader.get(heads, key_of(AccountId(std::to_string(w)), global));
      ASSERT_NE(head, nullptr);
      EXPECT_EQ(head->number, acknowledged_[w]) << "reads go on";
    }
  }
  check_acknowledged("while full");
  open();
  check_acknowledged("opened again while full");
  EXPECT_EQ(db_->submit_and_wait([&](Txn& txn) {
    for (int i = 0; i < 2000; ++i) txn.append(piece_log, key_of(AccountId("x"), global, i), {i, std::string(2000, 'y')});
    return Keep::commit;
  }), Outcome::unavailable) << "still full";
  disk_.make_room();
  EXPECT_EQ(db_->submit_and_wait([&](Txn& txn) { return write_pieces(txn, 0, acknowledged_[0] + 1, filler_bytes); }),
            Outcome::committed) << "the first write after there is room";
  ++acknowledged_[0];
  open();
  check_acknowledged("opened again with room");
}

// Another program takes every block that becomes free: as a database does that has something to write.
TEST_F(DiskFull, what_gives_room_back_is_committed_without_a_free_byte_and_after_starts_too) {
  constexpr int records = 600;
  const auto key = [](int i) { return key_of(AccountId("1"), global, i); };
  const auto create = [&](int i) {
    return db_->submit_and_wait([&](Txn& txn) {
      return txn.put(pieces, key(i), {i, std::string(1500, 'x')}), Keep::commit;
    });
  };
  const auto erase = [&](int i) {
    return db_->submit_and_wait([&](Txn& txn) {
      txn.erase(pieces, key(i));
      txn.append(piece_log, key(i), {i, std::string(1000, 'y')});
      return Keep::commit;
    }, {.may_use_reserve = true});
  };
  for (int i = 0; i < records; ++i) ASSERT_EQ(create(i), Outcome::committed);
  EXPECT_TRUE(db_->disk_room().reserve_kept);
  EXPECT_FALSE(db_->disk_room().only_deletes);
  disk_.fill();
  int last = records;
  while (create(last) == Outcome::committed) ++last;
  EXPECT_TRUE(db_->disk_room().only_deletes);
  for (int i = 0; i < records; ++i) {
    disk_.fill();
    ASSERT_EQ(erase(i), Outcome::committed) << i;
    if (i % 100 == 99) {
      EXPECT_EQ(create(last), Outcome::unavailable);
      open();
      EXPECT_TRUE(db_->disk_room().only_deletes) << "known from the start";
      EXPECT_EQ(Reader(db_->snapshot()).count(pieces, prefix_of()), static_cast<std::size_t>(last - i - 1));
    }
  }
  EXPECT_EQ(db_->log_usage(piece_log)->rows, static_cast<std::uint64_t>(records));
  disk_.make_room();
  EXPECT_EQ(create(last), Outcome::committed);
  EXPECT_TRUE(db_->disk_room().reserve_kept);
  EXPECT_FALSE(db_->disk_room().only_deletes);
}

}  // namespace
}  // namespace haar::store
