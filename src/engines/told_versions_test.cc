#include "engines/told_versions.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "engines/test_support.h"

namespace haar::engines {
namespace {

class ToldVersionsTest : public ::testing::Test {
 protected:
  // Written anew each time: another file by the same name.
  struct stat program(const std::string& contents) {
    EXPECT_TRUE(write_file_durably(path_, contents, 0755).ok());
    return status();
  }
  struct stat status() const {
    struct stat out{};
    EXPECT_EQ(::stat(path_.c_str(), &out), 0);
    return out;
  }
  void SetUp() override { ASSERT_TRUE(make_folders(installation_.state(), 0755).ok()); }

  const testing::Installation installation_;
  const std::string path_ = installation_.state() + "/memcached", file_ = installation_.state() + "/programs";
};

constexpr std::string_view elf = "\x7f" "ELF and more";

TEST_F(ToldVersionsTest, AreKeptForTheVeryFileThatWasAsked) {
  const struct stat first = program(std::string(elf));
  ToldVersions told(file_);
  EXPECT_EQ(told.find(path_, first), std::nullopt);
  told.add(path_, first, "memcached 1.6.18\n");
  told.save();
  const ToldVersions later(file_);
  EXPECT_EQ(later.find(path_, first), "memcached 1.6.18");
  EXPECT_EQ(later.find(path_ + "2", first), std::nullopt);
  EXPECT_EQ(later.find(path_, program(std::string(elf))), std::nullopt) << "the same bytes in another file";
}

TEST_F(ToldVersionsTest, AFileThatWasWrittenToIsAskedAgain) {
  const struct stat first = program(std::string(elf));
  ToldVersions told(file_);
  told.add(path_, first, "memcached 1.6.18");
  ASSERT_EQ(::chmod(path_.c_str(), 0700), 0);  // its time of change alone
  EXPECT_EQ(told.find(path_, status()), std::nullopt);
}

TEST_F(ToldVersionsTest, ScriptsAreAlwaysAsked) {
  const struct stat script = program("#!/bin/sh\necho 'memcached 1.6.18'\n");
  ToldVersions told(file_);
  told.add(path_, script, "memcached 1.6.18");
  EXPECT_EQ(told.find(path_, script), std::nullopt);
}

TEST_F(ToldVersionsTest, WhatIsLeftOfALineIsNotTaken) {
  const struct stat first = program(std::string(elf));
  ToldVersions told(file_);
  told.add(path_, first, "memcached 1.6.18");
  told.save();
  const std::string whole = read_file(file_).value();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    ASSERT_TRUE(write_file_durably(file_, whole.substr(0, size), 0600).ok());
    ASSERT_EQ(ToldVersions(file_).find(path_, first), std::nullopt) << size;
  }
}

TEST_F(ToldVersionsTest, WithoutAFileNothingIsKept) {
  const struct stat first = program(std::string(elf));
  ToldVersions told("");
  told.add(path_, first, "memcached 1.6.18");
  told.save();
  EXPECT_EQ(told.find(path_, first), std::nullopt);
}

}  // namespace
}  // namespace haar::engines
