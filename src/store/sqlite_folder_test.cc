#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/file.h"
#include "store/db.h"
#include "store/room_vfs.h"
#include "store/sqlite.h"
#include "store/sqlite_backend.h"
#include "store/test_folder.h"
#include "store/test_sums.h"
#include "store/test_writers.h"

namespace haar::store {
namespace {

std::string problem_of(const SqliteOptions& options) {
  const auto backend = open_sqlite_backend(options);
  return backend.ok() ? "" : backend.error().message;
}

bool mentions(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

void change(const std::string& folder, const char* sql) {
  Connection db = Connection::open(folder + "/state.db", "unix").value();
  ASSERT_EQ(db.execute(sql), SQLITE_OK) << sqlite3_errmsg(db.get());
}

TEST(SqliteFolder, a_second_haar_on_one_folder_is_told_who_has_it) {
  const TestFolder folder;
  const std::string data = folder / "a/b/data";
  {
    const auto first = open_sqlite_backend({.folder = data});
    ASSERT_TRUE(first.ok()) << first.error().message;
    const std::string problem = problem_of({.folder = data});
    EXPECT_TRUE(mentions(problem, data)) << problem;
    EXPECT_TRUE(mentions(problem, "pid " + std::to_string(::getpid()))) << problem;
    EXPECT_TRUE(mentions(problem, "--data")) << problem;
  }
  EXPECT_EQ(problem_of({.folder = data}), "") << "free again";
}

TEST(SqliteFolder, state_is_readable_by_its_owner_only) {
  const TestFolder folder;
  ASSERT_EQ(problem_of({.folder = folder / "data"}), "");
  for (const char* name : {"data", "data/state.db", "data/state.lock"}) {
    struct stat info {};
    ASSERT_EQ(::stat((folder / name).c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 077, 0u) << name;
  }
}

TEST(SqliteFolder, a_folder_written_by_a_newer_haar_is_refused_by_name_and_left_alone) {
  const TestFolder folder;
  const std::string data = folder / "data";
  ASSERT_EQ(problem_of({.folder = data, .writer = "haar 1.0"}), "");
  change(data, "UPDATE meta SET value = 3 WHERE name = 'format'; UPDATE meta SET value = 'haar 9.9' WHERE name = 'writer'");
  const auto before = read_file(data + "/state.db");
  const std::string problem = problem_of({.folder = data, .writer = "haar 1.0"});
  EXPECT_TRUE(mentions(problem, "was written by haar 9.9 (format 3)")) << problem;
  EXPECT_TRUE(mentions(problem, "this is haar 1.0, which reads formats up to 2")) << problem;
  EXPECT_EQ(*read_file(data + "/state.db"), *before);
}

TEST(SqliteFolder, a_file_that_is_not_a_state_file_is_refused) {
  const TestFolder folder;
  std::ofstream(folder / "state.db") << std::string(10'000, 'x');
  EXPECT_TRUE(mentions(problem_of({.folder = folder.path()}), "not a database"));
  EXPECT_TRUE(mentions(problem_of({.folder = folder.path()}), folder / "state.db"));
  const TestFolder other;
  change(other.path(), "CREATE TABLE meta(name TEXT PRIMARY KEY, value)");
  EXPECT_TRUE(mentions(problem_of({.folder = other.path()}), "no valid format number"));
}

TEST(SqliteFolder, blocks_are_kept_for_what_is_still_to_be_written_also_behind_a_link_and_while_it_is_closed) {
  const TestFolder folder;
  std::filesystem::create_symlink(folder / "real", folder / "link");
  const auto blocks = [&](const char* name) {
    struct stat info {};
    EXPECT_EQ(::stat((folder / "real/data/" + name).c_str(), &info), 0) << name;
    return std::int64_t{info.st_blocks} * 512 - info.st_size;
  };
  ASSERT_TRUE(make_folders(folder / "real", 0700).ok());
  for (int start = 0; start < 2; ++start) {
    {
      const auto db = Db::open(open_sqlite_backend({.folder = folder / "link/data"}).value(), piece_spaces()).value();
      db->submit_and_wait([](Txn& txn) { return write_pieces(txn, 1, 1, 10); });
      if (blocks("state.db") <= 0) GTEST_SKIP() << "this file system does not keep blocks for a file";
      EXPECT_GE(blocks("state.db-wal"), reserve_bytes_min);
    }
    EXPECT_GE(blocks("state.db"), reserve_bytes_min);
    EXPECT_GE(blocks("state.db-wal"), reserve_bytes_min);
    EXPECT_GE(blocks("state.reserve"), 0);
  }
}

TEST(SqliteFolder, a_folder_that_cannot_be_made_is_named) {
  EXPECT_TRUE(mentions(problem_of({.folder = "/proc/no such place/data"}), "/proc/no such place"));
}

TEST(SqliteFolder, a_record_of_a_newer_version_or_a_damaged_one_stops_the_start_by_name) {
  const TestFolder folder;
  const std::string data = folder / "data";
  const auto open = [&] {
    return Db::open(open_sqlite_backend({.folder = data}).value(), piece_spaces());
  };
  open().value()->submit_and_wait([](Txn& txn) { return write_pieces(txn, 1, 1, 10); });
  // The name is 10 bytes after the format and its length; the version follows.
  change(data, "UPDATE kv SET value = CAST(substr(value, 1, 12) || x'02' || substr(value, 14) AS BLOB) WHERE space = 1");
  sum_anew(data);
  const auto newer = open();
  ASSERT_FALSE(newer.ok());
  EXPECT_TRUE(mentions(newer.error().message, "test.piece version 2 was written by a newer haar")) << newer.error().message;
  EXPECT_TRUE(mentions(newer.error().message, "test/piece 1/-/")) << newer.error().message;
  change(data, "UPDATE kv SET value = CAST(substr(value, 1, 14) AS BLOB) WHERE space = 1");
  sum_anew(data);
  EXPECT_FALSE(open().ok());
  change(data, "UPDATE kv SET value = x'' WHERE space = 1");
  sum_anew(data);
  EXPECT_FALSE(open().ok());
}

TEST(SqliteFolder, spaces_that_this_program_does_not_know_are_kept) {
  const TestFolder folder;
  const auto open = [&](std::vector<const SpaceBase*> spaces) {
    return Db::open(open_sqlite_backend({.folder = folder / "data"}).value(), std::move(spaces)).value();
  };
  open(piece_spaces())->submit_and_wait([](Txn& txn) { return write_pieces(txn, 1, 1, 10); });
  open({&heads})->submit_and_wait([](Txn& txn) {
    txn.put(heads, key_of(AccountId("2"), global), {5});
    return Keep::commit;
  });
  const auto db = open(piece_spaces());
  std::string problem;
  EXPECT_EQ(last_whole_write(*db, 1, problem), 1) << problem;
}

}  // namespace
}  // namespace haar::store
