#include "engines/log_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

namespace haar::engines {
namespace {

class LogFile : public ::testing::Test {
 protected:
  LogFile() {
    char name[] = "/tmp/haar-log-XXXXXX";
    folder = ::mkdtemp(name);
    path = folder + "/engine.log";
  }
  ~LogFile() override {
    for (const LogPart& part : log_parts(path)) ::unlink(part.path.c_str());
    ::unlink((path + ".begun").c_str());
    for (const char* other : {"/engine.log.x", "/engine.log.2000000000", "/secret"}) ::unlink((folder + other).c_str());
    ::rmdir(folder.c_str());
  }
  void write(const std::string& text) const { ASSERT_TRUE(write_file_durably(path, text, 0600).ok()); }
  void begin_at(std::int64_t when) const { ASSERT_TRUE(write_file_durably(path + ".begun", std::to_string(when), 0600).ok()); }
  std::vector<std::string> texts() const {
    std::vector<std::string> out;
    for (const LogPart& part : log_parts(path)) out.push_back(read_log_part(part, 0, 100).value());
    return out;
  }

  static constexpr std::int64_t noon = 1'700'049'600;  // a full hour
  std::string folder, path;
};

TEST_F(LogFile, NoneHasNoParts) { EXPECT_TRUE(log_parts(path).empty()); }

TEST_F(LogFile, ALogIsCutWhenItsHourIsOver) {
  write("of noon\n");
  begin_at(noon);
  rotate_log(path, 1000, noon + 3599);
  EXPECT_EQ(texts(), (std::vector<std::string>{"of noon\n"}));
  rotate_log(path, 1000, noon + 3600);
  EXPECT_EQ(texts(), (std::vector<std::string>{"of noon\n", ""}));
  EXPECT_EQ(log_parts(path)[0].begun, noon);
  EXPECT_EQ(log_parts(path)[1].begun, noon + 3600);
}

TEST_F(LogFile, AnEmptyLogLeavesNoPart) {
  write("");
  begin_at(noon);
  rotate_log(path, 1000, noon + 7200);
  ASSERT_EQ(log_parts(path).size(), 1u);
  EXPECT_EQ(log_parts(path)[0].begun, noon + 7200);
}

// Two parts of one minute would have one name: what is cut a second time is lost, and the part before stays.
TEST_F(LogFile, ALogThatGrowsTooFastLosesLines) {
  write("first\n");
  begin_at(noon);
  rotate_log(path, 3, noon + 60);
  write("second\n");
  rotate_log(path, 3, noon + 61);
  EXPECT_EQ(texts(), (std::vector<std::string>{"st\n", ""}));
}

TEST_F(LogFile, WhatIsTooOldOrTooMuchGoes) {
  const std::string part(std::size_t{log_parts_kept_bytes_max} / 2 - 10, 'x');
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(write_file_durably(path + "." + std::to_string(noon + 3600 * i), part, 0600).ok());
  write("last\n");
  begin_at(noon + 3600 * 3);
  const std::int64_t now = ::time(nullptr);
  rotate_log(path, 1000, now);
  std::vector<LogPart> parts = log_parts(path);
  ASSERT_EQ(parts.size(), 3u);  // the newest full one, the last, and the one that is written
  EXPECT_EQ(parts[0].begun, noon + 3600 * 2);
  begin_at(noon + 3600 * 3);
  rotate_log(path, 1000, now + log_parts_kept_seconds + 3600);
  EXPECT_EQ(log_parts(path).size(), 1u);
}

TEST_F(LogFile, APartIsReadFromAPlaceToABound) {
  write("0123456789");
  const LogPart part = log_parts(path).at(0);
  EXPECT_EQ(part.bytes, 10u);
  EXPECT_EQ(read_log_part(part, 3, 4).value(), "3456");
  EXPECT_EQ(read_log_part(part, 8, 4).value(), "89");
  EXPECT_EQ(read_log_part(part, 100, 4).value(), "");
}

// Nothing but plain files of the log's name and a time are parts: no link is followed.
TEST_F(LogFile, ALinkIsNoPart) {
  write("own\n");
  ASSERT_TRUE(write_file_durably(folder + "/secret", "secret", 0600).ok());
  ASSERT_EQ(::symlink((folder + "/secret").c_str(), (path + ".2000000000").c_str()), 0);
  ASSERT_TRUE(write_file_durably(path + ".x", "x", 0600).ok());
  EXPECT_EQ(texts(), (std::vector<std::string>{"own\n"}));
  EXPECT_FALSE(read_log_part({path + ".2000000000", 0, 0, 0}, 0, 10).ok());
}

}  // namespace
}  // namespace haar::engines
