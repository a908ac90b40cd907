#include "main/reset.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <vector>

#include "base/file.h"
#include "main/temp_folder.h"

namespace haar::main {
namespace {

namespace fs = std::filesystem;

class ResetTest : public ::testing::Test {
 protected:
  void put(const std::string& name) {
    const std::string path = data_ + "/" + name;
    ASSERT_TRUE(make_folders(fs::path(path).parent_path(), 0700).ok());
    ASSERT_TRUE(write_file_durably(path, "x", 0600).ok());
  }
  void fill() {
    for (const char* name : {"state/state.db", "state/state.db-wal", "rds/a/b/data", "elasticache/a/b", "key", "key.new",
                             "aws/config", "log/haar.log"}) put(name);
  }
  std::set<std::string> left() {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(data_)) names.insert(entry.path().filename());
    return names;
  }
  testing::TempFolder folder_;
  const std::string data_ = folder_.path() + "/data";
};

TEST_F(ResetTest, throws_away_what_holds_state_and_nothing_else) {
  fill();
  ASSERT_TRUE(throw_away(data_).ok());
  EXPECT_EQ(left(), (std::set<std::string>{"log"}));
}

TEST_F(ResetTest, that_was_interrupted_anywhere_is_finished_by_the_next_start) {
  const std::vector<std::string> order{"state", "rds", "elasticache", "key", "key.new", "aws"};
  for (std::size_t gone = 0; gone <= order.size(); ++gone) {
    fill();
    put("resetting");
    for (std::size_t i = 0; i < gone; ++i) fs::remove_all(data_ + "/" + order[i]);
    ASSERT_TRUE(finish_throwing_away(data_).ok());
    EXPECT_EQ(left(), (std::set<std::string>{"log"}));
  }
}

TEST_F(ResetTest, nothing_goes_without_the_mark) {
  fill();
  const auto before = left();
  ASSERT_TRUE(finish_throwing_away(data_).ok());
  EXPECT_EQ(left(), before);
}

}  // namespace
}  // namespace haar::main
