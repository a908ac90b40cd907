#include "auth/key_file.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

namespace haar::auth {
namespace {

class KeyFileTest : public ::testing::Test {
 protected:
  KeyFileTest() {
    std::string name = std::filesystem::temp_directory_path().string() + "/haar-keyfile-XXXXXX";
    folder_ = ::mkdtemp(name.data());
    path_ = folder_ + "/key";
  }
  ~KeyFileTest() override { std::filesystem::remove_all(folder_); }
  std::string folder_, path_;
};

TEST_F(KeyFileTest, of_an_interrupted_first_start_is_found_again_and_is_unused_until_there_is_a_state) {
  std::string id;
  {
    const auto first = open_key_file(path_, false);
    ASSERT_TRUE(first.ok()) << first.error().message;
    EXPECT_TRUE(first->unused);
    EXPECT_FALSE(std::filesystem::exists(path_));
    id = first->keyring.id();
  }
  // Whether the state was made already or not, it is the same key, and still not in use.
  for (const bool state_exists : {false, true}) {
    const auto again = open_key_file(path_, state_exists);
    ASSERT_TRUE(again.ok()) << again.error().message;
    EXPECT_EQ(again->keyring.id(), id);
    EXPECT_TRUE(again->unused);
  }
  ASSERT_TRUE(take_into_use(path_).ok());
  const auto used = open_key_file(path_, true);
  ASSERT_TRUE(used.ok()) << used.error().message;
  EXPECT_EQ(used->keyring.id(), id);
  EXPECT_FALSE(used->unused);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1) << "and nothing else lies there";
}

TEST_F(KeyFileTest, is_never_made_anew_beside_a_state) {
  const auto refused = open_key_file(path_, true);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find(path_), std::string::npos);
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

}  // namespace
}  // namespace haar::auth
