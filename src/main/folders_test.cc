#include "main/folders.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "main/temp_folder.h"

namespace haar::main {
namespace {

using testing::Environment;
using testing::TempFolder;

unsigned mode_of(const std::string& path) {
  struct stat seen{};
  EXPECT_EQ(stat(path.c_str(), &seen), 0) << path;
  return seen.st_mode & 07777;
}

TEST(DataFolder, IsWhatWasGivenMadeAbsolute) {
  EXPECT_EQ(*resolve_data_folder("/somewhere/./else/../data/"), "/somewhere/data");
  EXPECT_EQ(*resolve_data_folder("relative"), std::filesystem::current_path().string() + "/relative");
}

TEST(DataFolder, HasAUsualPlace) {
  const Environment xdg("XDG_DATA_HOME", "/xdg");
  EXPECT_EQ(*resolve_data_folder(""), geteuid() == 0 ? "/var/lib/haar" : "/xdg/haar");
}

TEST(DataFolder, IsMadeWithItsLogAndClosedToOthers) {
  const TempFolder folder;
  ASSERT_EQ(chmod(folder.path().c_str(), 0755), 0);
  const std::string data = folder / "a/data";
  const auto made = prepare_data_folder(data);
  ASSERT_TRUE(made.ok()) << made.error().message;
  EXPECT_EQ(mode_of(data) & 066, 0U);
  EXPECT_EQ(mode_of(data) & 01, geteuid() == 0 ? 1U : 0U);
  EXPECT_EQ(mode_of(data + "/log"), 0700U);
  EXPECT_TRUE(prepare_data_folder(data).ok());  // again
  ASSERT_TRUE(open_log(data).ok());
  EXPECT_EQ(mode_of(data + "/log/haar.log"), 0600U);
}

TEST(DataFolder, AParentThatEngineUsersCannotEnterIsNamed) {
  const TempFolder folder;  // made 0700
  const auto checked = check_parents(folder / "data", true);
  ASSERT_FALSE(checked.ok());
  EXPECT_NE(checked.error().message.find("cannot enter " + folder.path()), std::string::npos)
      << checked.error().message;
  EXPECT_TRUE(check_parents(folder / "data", false).ok());
  ASSERT_EQ(chmod(folder.path().c_str(), 0711), 0);
  EXPECT_TRUE(check_parents(folder / "data", true).ok());
}

TEST(DataFolder, OthersMustNotWriteInIt) {
  const TempFolder folder;
  ASSERT_EQ(chmod(folder.path().c_str(), 0777), 0);
  const auto made = prepare_data_folder(folder.path());
  ASSERT_FALSE(made.ok());
  EXPECT_NE(made.error().message.find("chmod go-w"), std::string::npos);
}

TEST(DataFolder, ServesOneHaarAtATime) {
  const TempFolder folder;
  auto first = lock_data_folder(folder.path());
  ASSERT_TRUE(first.ok());
  const auto second = lock_data_folder(folder.path());
  ASSERT_FALSE(second.ok());
  EXPECT_NE(second.error().message.find("pid " + std::to_string(getpid())), std::string::npos);
  first->reset();
  EXPECT_TRUE(lock_data_folder(folder.path()).ok());
}

TEST(RunFolder, IsInTheDataFolderWherePathsStayShort) {
  EXPECT_EQ(run_folder("/var/lib/haar"), "/var/lib/haar/run");
}

TEST(RunFolder, IsElsewhereAndStableWhenTheDataFolderIsDeep) {
  const std::string deep = "/" + std::string(100, 'd');
  const Environment runtime("XDG_RUNTIME_DIR", "/run/user/1000");
  const std::string folder = run_folder(deep);
  EXPECT_LE(folder.size() + 1 + max_socket_name_bytes, max_socket_path_bytes);
  EXPECT_EQ(folder, run_folder(deep));
  EXPECT_NE(folder, run_folder(deep + "x"));
  EXPECT_TRUE(folder.starts_with(geteuid() == 0 ? "/run/haar-" : "/run/user/1000/haar-")) << folder;
}

TEST(RunFolder, IsMadeOursOrRefused) {
  const TempFolder folder;
  const auto made = prepare_run_folder(folder.path());
  ASSERT_TRUE(made.ok());
  EXPECT_EQ(mode_of(*made) & 066, 0U);
  ASSERT_EQ(rmdir(made->c_str()), 0);
  ASSERT_EQ(symlink("/tmp", made->c_str()), 0);  // a trap
  EXPECT_FALSE(prepare_run_folder(folder.path()).ok());
}

}  // namespace
}  // namespace haar::main
