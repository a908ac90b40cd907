#include "engines/user_table.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "base/file.h"
#include "engines/own_file.h"

namespace haar::engines {
namespace {

class UserTableTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_NE(::mkdtemp(folder.data()), nullptr); }
  void TearDown() override { std::filesystem::remove_all(folder); }
  [[nodiscard]] std::string users() const { return folder + "/users"; }
  std::string folder = "/tmp/haar-users-XXXXXX";
};

TEST_F(UserTableTest, EachEngineHasAnIdOfItsOwnAndKeepsIt) {
  UserTable table(users(), 1000);
  const auto first = table.of("db-ONE"), second = table.of("cache-TWO");
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_NE(*first, *second);
  EXPECT_EQ(*table.of("db-ONE"), *first);
  UserTable again(users(), 1000);  // the next haar
  EXPECT_EQ(again.known("cache-TWO"), *second);
  EXPECT_EQ(*again.of("db-ONE"), *first);
  EXPECT_FALSE(again.known("db-THREE"));
  again.release("db-ONE");
  EXPECT_FALSE(again.known("db-ONE"));
  EXPECT_EQ(*again.of("db-THREE"), *first) << "an id that is free is given again";
  struct stat status{};
  ASSERT_EQ(::stat(users().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700U);
}

TEST_F(UserTableTest, WhenAllAreGivenTheNextIsRefused) {
  ASSERT_TRUE(make_folders(users(), 0700).ok());
  for (uid_t user = 0; user < users_per_installation; ++user) {
    const Fd file(::open((users() + "/" + std::to_string(5000 + user)).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    const std::string name = "engine-" + std::to_string(user);
    ASSERT_EQ(::write(file.get(), name.data(), name.size()), static_cast<ssize_t>(name.size()));
  }
  UserTable table(users(), 5000);
  EXPECT_EQ(table.of("one-more").error().code, "EngineUsersExhausted");
  EXPECT_EQ(*table.of("engine-7"), 5007U);
}

TEST_F(UserTableTest, RangesOfInstallationsLieWhereNobodyElsesDo) {
  for (const char* folder_name : {"/var/lib/haar/engine-users", "/tmp/a", "/tmp/b", ""}) {
    const uid_t first = first_user_of(folder_name);
    EXPECT_GE(first, 1'900'000'000U);
    EXPECT_LT(first + users_per_installation, 2'147'483'647U);
    EXPECT_EQ((first - 1'900'000'000U) % users_per_installation, 0U);
  }
  EXPECT_NE(first_user_of("/tmp/a"), first_user_of("/tmp/b"));
}

TEST_F(UserTableTest, ATreeIsGivenAwayWithoutFollowingLinksOrSecondNames) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to give files away";
  constexpr uid_t user = 1'900'000'001;
  const std::string tree = folder + "/tree", outside = folder + "/outside";
  ASSERT_TRUE(make_folders(tree + "/a/b", 0755).ok());
  ASSERT_TRUE(write_file_durably(tree + "/a/b/file", "x", 0600).ok());
  ASSERT_TRUE(write_file_durably(outside, "x", 0600).ok());
  ASSERT_TRUE(write_file_durably(folder + "/twice", "x", 0600).ok());
  ASSERT_EQ(::symlink(outside.c_str(), (tree + "/link").c_str()), 0);
  ASSERT_EQ(::link((folder + "/twice").c_str(), (tree + "/hard").c_str()), 0);
  ASSERT_EQ(::mkfifo((tree + "/fifo").c_str(), 0600), 0);
  ASSERT_TRUE(give_tree(tree, user, user).ok());
  const auto owner = [](const std::string& path) {
    struct stat status{};
    EXPECT_EQ(::lstat(path.c_str(), &status), 0) << path;
    return status.st_uid;
  };
  for (const char* name : {"", "/a", "/a/b", "/a/b/file", "/link", "/fifo"}) EXPECT_EQ(owner(tree + name), user) << name;
  EXPECT_EQ(owner(outside), 0U);
  EXPECT_EQ(owner(folder + "/twice"), 0U);
  ASSERT_EQ(::symlink(tree.c_str(), (folder + "/door").c_str()), 0);
  EXPECT_FALSE(give_tree(folder + "/door", user, user).ok());
}

TEST_F(UserTableTest, OnlyPlainFilesAreReadAndOnlyToABound) {
  const std::string file = folder + "/file";
  ASSERT_TRUE(write_file_durably(file, "12345", 0600).ok());
  EXPECT_EQ(*read_own_file(file, 5), "12345");
  EXPECT_NE(read_own_file(file, 4).error().message.find("longer than 4 bytes"), std::string::npos);
  EXPECT_FALSE(read_own_file(folder + "/none", 5).ok());
  EXPECT_FALSE(read_own_file(folder, 5).ok());
  ASSERT_EQ(::mkfifo((folder + "/fifo").c_str(), 0600), 0);
  EXPECT_NE(read_own_file(folder + "/fifo", 5).error().message.find("not a plain file"), std::string::npos);
  ASSERT_EQ(::symlink(file.c_str(), (folder + "/link").c_str()), 0);
  EXPECT_FALSE(read_own_file(folder + "/link", 5).ok());
  ASSERT_EQ(::symlink("/dev/zero", (folder + "/zero").c_str()), 0);
  EXPECT_FALSE(read_own_file(folder + "/zero", 5).ok());
}

}  // namespace
}  // namespace haar::engines
