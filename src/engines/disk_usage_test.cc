#include "engines/disk_usage.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace haar::engines {
namespace {

namespace fs = std::filesystem;

class DiskUsageTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "haar-usage-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override {
    std::error_code error;
    fs::remove_all(folder_, error);
  }
  void write(const std::string& name, std::size_t bytes) const {
    const int fd = ::open((folder_ + "/" + name).c_str(), O_WRONLY | O_CREAT | O_EXCL, 0600);
    const std::string text(bytes, 'x');
    ASSERT_EQ(::write(fd, text.data(), text.size()), static_cast<ssize_t>(bytes));
    ASSERT_EQ(::fsync(fd), 0);  // blocks are given out when they are written
    ::close(fd);
  }
  DiskUsage measure(const std::string& apart = "", const DiskBounds& bounds = {}) const {
    const Result<DiskUsage> usage = disk_usage(folder_, apart, bounds);
    EXPECT_TRUE(usage.ok()) << usage.error().message;
    return *usage;
  }

  std::string folder_;
};

constexpr std::size_t megabyte = 1 << 20;
constexpr std::size_t slack = 64 << 10;  // folders and last blocks

TEST_F(DiskUsageTest, files_and_folders_are_counted_and_one_folder_apart) {
  fs::create_directories(folder_ + "/base/1");
  fs::create_directories(folder_ + "/pg_wal/archive_status");
  fs::create_directories(folder_ + "/base/pg_wal");
  write("base/1/2600", megabyte);
  write("base/pg_wal/decoy", megabyte);  // only the folder right below counts apart
  write("pg_wal/000000010000000000000001", 2 * megabyte);
  write("pg_wal/archive_status/x", 1);
  const DiskUsage usage = measure("pg_wal");
  EXPECT_NEAR(static_cast<double>(usage.bytes), 2.0 * megabyte, slack);
  EXPECT_NEAR(static_cast<double>(usage.apart_bytes), 2.0 * megabyte, slack);
  EXPECT_EQ(usage.entries, 9u);
  EXPECT_FALSE(usage.too_many || usage.timed_out);
  EXPECT_NEAR(static_cast<double>(measure().bytes), 4.0 * megabyte, slack);
}

TEST_F(DiskUsageTest, holes_take_nothing) {
  write("sparse", 1);
  ASSERT_EQ(::truncate((folder_ + "/sparse").c_str(), off_t{1} << 40), 0);
  EXPECT_LT(measure().bytes, slack);
}

TEST_F(DiskUsageTest, nothing_is_followed_or_opened) {
  const fs::path elsewhere = fs::path(folder_).concat("-elsewhere");
  fs::create_directories(elsewhere);
  std::ofstream(elsewhere / "large") << std::string(megabyte, 'x');
  fs::create_directory_symlink(elsewhere, folder_ + "/link");
  fs::create_directory_symlink(elsewhere, folder_ + "/pg_wal");
  fs::create_directory_symlink("/", folder_ + "/root");
  fs::create_symlink(elsewhere / "large", folder_ + "/file");
  ASSERT_EQ(::mkfifo((folder_ + "/postmaster.pid").c_str(), 0600), 0);  // opening it would wait for ever
  const DiskUsage usage = measure("pg_wal");
  EXPECT_LT(usage.bytes + usage.apart_bytes, slack);
  EXPECT_EQ(usage.entries, 5u);
  fs::remove_all(elsewhere);
  // Nor is the folder itself, if it is a link.
  EXPECT_FALSE(disk_usage(folder_ + "/root", "", {}).ok());
  EXPECT_FALSE(disk_usage(folder_ + "/postmaster.pid", "", {}).ok());
  EXPECT_FALSE(disk_usage(folder_ + "/nothing", "", {}).ok());
}

TEST_F(DiskUsageTest, files_without_number_end_at_the_bound) {
  for (int i = 0; i < 50; ++i) write("f" + std::to_string(i), 1);
  DiskBounds bounds;
  bounds.entries_max = 20;
  EXPECT_TRUE(measure("", bounds).too_many);
  bounds.entries_max = 50;
  EXPECT_FALSE(measure("", bounds).too_many);
}

TEST_F(DiskUsageTest, folders_without_end_end_at_the_bound) {
  std::string deep = folder_;
  for (int i = 0; i < 40; ++i) {
    deep += "/d";
    ASSERT_EQ(::mkdir(deep.c_str(), 0700), 0);
  }
  EXPECT_TRUE(measure().too_many);
  DiskBounds bounds;
  bounds.depth_max = 40;
  EXPECT_FALSE(measure("", bounds).too_many);
}

TEST_F(DiskUsageTest, a_folder_that_haar_cannot_enter_is_beyond_counting) {
  if (::geteuid() == 0) GTEST_SKIP() << "root enters every folder";
  ASSERT_EQ(::mkdir((folder_ + "/closed").c_str(), 0000), 0);
  EXPECT_TRUE(measure().too_many);
}

TEST_F(DiskUsageTest, the_time_is_bounded) {
  for (int i = 0; i < 300; ++i) write("f" + std::to_string(i), 0);
  DiskBounds bounds;
  bounds.time_max = std::chrono::milliseconds(-1);
  EXPECT_TRUE(measure("", bounds).timed_out);
  const std::atomic<bool> cancelled = true;
  bounds = {};
  bounds.cancelled = &cancelled;
  EXPECT_TRUE(measure("", bounds).timed_out);
}

TEST_F(DiskUsageTest, the_file_systems_room_is_told) {
  const Result<DiskSpace> space = disk_space(folder_);
  ASSERT_TRUE(space.ok());
  EXPECT_GT(space->total_bytes, 0u);
  EXPECT_LE(space->free_bytes, space->total_bytes);
  EXPECT_FALSE(disk_space(folder_ + "/nothing").ok());
}

}  // namespace
}  // namespace haar::engines
