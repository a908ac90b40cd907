// A state file that a disk, or somebody, has changed: a start either refuses and names the file, or has exactly the
// data that was written. Every bit of a small file is turned over in its turn with HAAR_FLIPS=all; without it a seeded
// choice (HAAR_FLIPS=N for N of them, HAAR_FLIPS_SEED for the same again).
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <random>
#include <set>

#include "base/file.h"
#include "store/db.h"
#include "store/fault_vfs.h"
#include "store/sqlite_backend.h"
#include "store/test_folder.h"
#include "store/test_sums.h"
#include "store/test_writers.h"
#include "store/key_space.h"

namespace haar::store {
namespace {

bool mentions(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// Nothing here is about what fsync is for, and thousands of starts without it take seconds.
Result<std::unique_ptr<Db>> open(const std::string& data) {
  return Db::open(TRY(open_sqlite_backend({.folder = data, .synchronous = "OFF"})), piece_spaces());
}

std::string problem_of(const std::string& data) {
  const auto db = open(data);
  return db.ok() ? "" : db.error().message;
}

// Everything that a Db holds, in a comparable form.
std::string contents(const Db& db) {
  std::string out;
  const Reader reader(db.snapshot());
  for (const KeySpace<PieceRecord>* space : {&pieces, &heads}) {
    for (const auto& [key, record] : reader.scan(*space, prefix_of())) {
      out += std::string(space->name()) + key.text() + "=" + std::to_string(record.number) + record.filler + "\n";
    }
  }
  return out + std::to_string(reader.revision());
}

void fill(const std::string& data, int writers, int writes) {
  const auto db = open(data);
  ASSERT_TRUE(db.ok()) << db.error().message;
  for (int n = 1; n <= writes; ++n) {
    for (int w = 0; w < writers; ++w) {
      ASSERT_EQ((*db)->submit_and_wait([&](Txn& txn) { return write_pieces(txn, w, n, 90); }), Outcome::committed);
    }
  }
}

void change(const std::string& data, const char* sql) {
  Connection db = Connection::open(data + "/state.db", "unix").value();
  ASSERT_EQ(db.execute(sql), SQLITE_OK) << sqlite3_errmsg(db.get());
}

// Written over in place: ext4 flushes a file that was cut to nothing and written anew.
void put_file(const std::string& path, const std::string& bytes) {
  const Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  ASSERT_EQ(::pwrite(fd.get(), bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
  ASSERT_EQ(::ftruncate(fd.get(), static_cast<off_t>(bytes.size())), 0);
}

class Damage : public ::testing::Test {
 protected:
  TestFolder folder_;
  const std::string data_ = folder_ / "data";
  const std::string file_ = data_ + "/state.db";
};

TEST_F(Damage, a_changed_record_is_refused_by_its_name_and_without_its_value) {
  fill(data_, 2, 3);
  for (const char* sql : {"UPDATE kv SET value = value || x'00' WHERE revision = 6 AND space = 2",
                          "UPDATE kv SET revision = revision + 1 WHERE revision = 6 AND space = 2",
                          "UPDATE kv SET sum = sum + 1 WHERE revision = 6 AND space = 2"}) {
    const std::string before = *read_file(file_);
    change(data_, sql);
    const std::string problem = problem_of(data_);
    EXPECT_TRUE(mentions(problem, "test/head 1/-")) << problem;
    EXPECT_TRUE(mentions(problem, file_)) << problem;
    EXPECT_TRUE(mentions(problem, "backup")) << problem;
    EXPECT_FALSE(mentions(problem, "xxx")) << problem;
    put_file(file_, before);
  }
  EXPECT_EQ(problem_of(data_), "");
}

TEST_F(Damage, a_record_that_is_missing_or_came_from_elsewhere_is_noticed) {
  fill(data_, 2, 3);
  for (const char* sql : {"DELETE FROM kv WHERE space = 2 AND revision = 6", "DELETE FROM kv WHERE space = 1",
                          "UPDATE kv SET space = 9 WHERE space = 2",
                          "INSERT INTO kv SELECT space, CAST(key || x'00' AS BLOB), revision, value, sum FROM kv WHERE space = 2",
                          "DELETE FROM space WHERE id = 2", "UPDATE space SET name = 'test/heed' WHERE id = 2",
                          "UPDATE space SET rows = rows + 1 WHERE id = 1", "UPDATE space SET id = 17 WHERE id = 3",
                          "DELETE FROM meta WHERE name = 'revision'", "UPDATE meta SET value = 4 WHERE name = 'revision'",
                          "UPDATE meta SET value = 0 WHERE name = 'spaces'", "DELETE FROM meta WHERE name = 'format'",
                          "UPDATE meta SET value = 1 WHERE name = 'format'", "DROP TABLE space", "DROP TABLE kv",
                          "ALTER TABLE kv RENAME COLUMN sum TO s", "CREATE INDEX i ON kv(revision)"}) {
    const std::string before = *read_file(file_);
    change(data_, sql);
    const std::string problem = problem_of(data_);
    EXPECT_TRUE(mentions(problem, file_)) << sql << ": " << problem;
    put_file(file_, before);
  }
  EXPECT_EQ(problem_of(data_), "");
}

TEST_F(Damage, a_row_of_a_log_that_was_changed_is_passed_over_and_the_others_are_read) {
  fill(data_, 1, 6);
  change(data_, "UPDATE kv SET value = value || x'00' WHERE space = 3 AND revision = 3");
  const auto db = open(data_);
  ASSERT_TRUE(db.ok()) << db.error().message;
  for (const bool newest_first : {false, true}) {
    std::set<std::int64_t> numbers;
    const auto read = (*db)->scan_log(piece_log, {}, {}, 100, newest_first, [&](const Key&, const PieceRecord& record) {
      numbers.insert(record.number);
      return true;
    });
    ASSERT_TRUE(read.ok()) << read.error().message;
    EXPECT_EQ(numbers, (std::set<std::int64_t>{1, 2, 4, 5, 6}));
  }
  EXPECT_EQ((*db)->log_usage(piece_log)->rows, 6U);
  EXPECT_EQ(erase_oldest(**db, 10), Outcome::committed);
  EXPECT_EQ((*db)->log_usage(piece_log)->rows, 0U) << "it can still be erased";
}

TEST_F(Damage, sums_follow_overwriting_erasing_and_failed_commits) {
  {
    fill(data_, 3, 30);
    const auto db = open(data_);
    ASSERT_EQ(erase_oldest(**db, 79), Outcome::committed);
    (*db)->submit_and_wait([](Txn& txn) { return txn.erase_all(heads), Keep::commit; });
    (*db)->submit_and_wait([](Txn& txn) { return write_pieces(txn, 1, 31, 90), Keep::discard; });
  }
  const auto db = open(data_);
  ASSERT_TRUE(db.ok()) << db.error().message;
  EXPECT_EQ((*db)->log_usage(piece_log)->rows, 11U);
}

// Files that programs of each format have written: five writes of each of two writers.
TEST_F(Damage, a_file_of_every_format_is_read_and_has_its_sums_from_the_first_start_on) {
  for (int format = 1; format <= sqlite_format; ++format) {
    SCOPED_TRACE(format);
    const std::string data = folder_ / ("format-" + std::to_string(format));
    ASSERT_TRUE(make_folders(data, 0700).ok());
    std::filesystem::copy_file(std::string(HAAR_SOURCE_DIR) + "/test/store/formats/state.format-" +
                                   std::to_string(format) + ".db", data + "/state.db");
    for (int start = 0; start < 2; ++start) {
      const auto db = open(data);
      ASSERT_TRUE(db.ok()) << db.error().message;
      EXPECT_EQ(Reader((*db)->snapshot()).revision(), 10U);
      EXPECT_EQ((*db)->log_usage(piece_log)->rows, 10U);
      EXPECT_EQ((*db)->log_usage(piece_log)->bytes, 352U);
      std::string problem;
      for (const int writer : {0, 1}) EXPECT_EQ(last_whole_write(**db, writer, problem), 5) << problem;
    }
    change(data, "UPDATE kv SET value = value || x'00' WHERE space = 2 AND revision = 9");
    EXPECT_TRUE(mentions(problem_of(data), "test/head 0/-"));
  }
}

TEST_F(Damage, an_upgrade_for_which_the_disk_has_no_room_is_refused_and_changes_nothing) {
  ASSERT_TRUE(make_folders(data_, 0700).ok());
  std::filesystem::copy_file(std::string(HAAR_SOURCE_DIR) + "/test/store/formats/state.format-1.db", file_);
  const std::string before = *read_file(file_);
  {
    FaultVfs disk("upgrade-" + data_);
    disk.full = true;
    const auto refused = open_sqlite_backend({.folder = data_, .vfs = disk.name()});
    ASSERT_FALSE(refused.ok());
    EXPECT_TRUE(mentions(refused.error().message, "make room")) << refused.error().message;
  }
  EXPECT_EQ(*read_file(file_), before);
  EXPECT_EQ(problem_of(data_), "");
}

TEST_F(Damage, a_file_cut_anywhere_is_refused) {
  fill(data_, 4, 12);
  const std::string whole = *read_file(file_);
  std::mt19937 random(20261130);
  std::vector<std::size_t> sizes{0, 1, 99, 100, 511, 512, 8191, 8192, 8193, 16384, whole.size() - 8192, whole.size() - 1};
  for (int i = 0; i < 40; ++i) sizes.push_back(random() % whole.size());
  for (const std::size_t size : sizes) {
    put_file(file_, whole.substr(0, size));
    EXPECT_TRUE(mentions(problem_of(data_), file_)) << size << " of " << whole.size() << " bytes: " << problem_of(data_);
  }
  put_file(file_, whole);
  EXPECT_EQ(problem_of(data_), "");
}

// As a kill leaves it: the commits lie in the log.
TEST_F(Damage, a_log_that_was_changed_before_its_last_commits_is_refused_and_stays_as_it_is) {
  const std::string log = file_ + "-wal", copy = folder_ / "copy";
  {
    const auto db = open(data_);
    ASSERT_TRUE(db.ok()) << db.error().message;
    for (int n = 1; n <= 20; ++n) {
      ASSERT_EQ((*db)->submit_and_wait([&](Txn& txn) { return write_pieces(txn, 0, n, 90); }), Outcome::committed);
    }
    ASSERT_TRUE(make_folders(copy, 0700).ok());
    for (const char* name : {"state.db", "state.db-wal"}) std::filesystem::copy_file(data_ + "/" + name, copy + "/" + name);
  }
  const std::string whole = *read_file(copy + "/state.db-wal"), file = *read_file(copy + "/state.db");
  ASSERT_GT(whole.size(), 100'000U);
  std::mt19937_64 random(20261130);
  std::size_t refused = 0, exact = 0;
  constexpr int flips = 600;
  for (int i = 0; i < flips; ++i) {
    std::string changed = whole;
    const std::size_t bit = random() % (whole.size() * 8);
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
    put_file(file_, file);
    put_file(log, changed);
    {
      const auto db = open(data_);
      std::string problem;
      if (db.ok()) {
        // In the last commits it looks like the torn end of a log, which is no damage. Never a commit in part.
        const std::int64_t last = last_whole_write(**db, 0, problem);
        EXPECT_GE(last, 17) << "bit " << bit << " " << problem;
        exact += last == 20;
        continue;
      }
      EXPECT_TRUE(mentions(db.error().message, log)) << db.error().message;
    }
    ++refused;
    EXPECT_EQ(*read_file(log), changed);
    EXPECT_EQ(*read_file(file_), file);
  }
  EXPECT_GT(refused, flips / 2U);
  std::printf("%d flips, %zu refused, %zu changed nothing\n", flips, refused, exact);
}

TEST_F(Damage, a_flipped_bit_is_refused_or_changes_nothing) {
  fill(data_, 3, 12);
  const std::string whole = *read_file(file_);
  std::string right;
  { right = contents(**open(data_)); }
  const char* flips = std::getenv("HAAR_FLIPS");
  const char* seed = std::getenv("HAAR_FLIPS_SEED");
  const bool all = flips != nullptr && std::string_view(flips) == "all";
  const std::size_t count = all ? whole.size() * 8 : flips != nullptr ? std::strtoull(flips, nullptr, 10) : 1500;
  std::mt19937_64 random(seed == nullptr ? 20261130 : std::strtoull(seed, nullptr, 10));
  std::size_t refused = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t bit = all ? i : random() % (whole.size() * 8);
    std::string changed = whole;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
    put_file(file_, changed);
    for (const char* tail : {"-wal", "-journal"}) std::filesystem::remove(file_ + tail);
    const auto db = open(data_);
    if (!db.ok()) {
      ++refused;
      EXPECT_TRUE(mentions(db.error().message, file_) || mentions(db.error().message, data_)) << db.error().message;
      continue;
    }
    ASSERT_EQ(contents(**db), right) << "bit " << bit;
    ASSERT_EQ((*db)->submit_and_wait([](Txn& txn) { return write_pieces(txn, 1, 13, 90); }), Outcome::committed)
        << "bit " << bit;
  }
  EXPECT_GT(refused, count / 10) << "the flips hit nothing";
  std::printf("%zu flips, %zu refused\n", count, refused);
}

}  // namespace
}  // namespace haar::store
