#include "engines/folder_copy.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "engines/engine_user.h"
#include "engines/test_support.h"

namespace haar::engines {
namespace {

namespace fs = std::filesystem;

void write(const std::string& path, const std::string& text) { std::ofstream(path) << text; }
std::string read(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}
bool nothing_left_out(std::string_view) { return false; }

class FolderCopy : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"from", "copy", "back"}) fs::create_directory(installation.state() + "/" + name);
  }
  Result<void> out(const LeaveOut& leave_out = nothing_left_out) { return copy_out(from, copy, leave_out, bounds, manifest); }
  Result<void> put_back() { return copy_back(copy, back, manifest, current_user(), bounds); }

  testing::Installation installation;
  const std::string from = installation.state() + "/from", copy = installation.state() + "/copy",
                    back = installation.state() + "/back";
  CopyBounds bounds;
  CopyManifest manifest;
};

TEST_F(FolderCopy, comes_back_as_it_was) {
  fs::create_directories(from + "/base/1");
  write(from + "/base/1/2604", std::string(3'000'000, 'x') + "end");
  write(from + "/empty", "");
  const auto copied = out();
  ASSERT_TRUE(copied.ok()) << copied.error().message;
  const auto restored = put_back();
  ASSERT_TRUE(restored.ok()) << restored.error().message;
  EXPECT_EQ(read(back + "/base/1/2604"), read(from + "/base/1/2604"));
  EXPECT_TRUE(fs::exists(back + "/empty"));
}

TEST_F(FolderCopy, what_the_engine_made_to_mislead_is_not_followed) {
  write(installation.state() + "/secret", "of haar's");
  fs::create_symlink(installation.state() + "/secret", from + "/link");
  fs::create_directory_symlink(installation.state(), from + "/folder");
  ASSERT_EQ(::mkfifo((from + "/fifo").c_str(), 0600), 0);
  write(from + "/line\nbreak", "x");
  write(from + "/plain", "x");
  const auto copied = out();
  ASSERT_TRUE(copied.ok()) << copied.error().message;
  ASSERT_EQ(manifest.files.size(), 1U);
  EXPECT_EQ(manifest.files[0].path, "plain");
  EXPECT_TRUE(manifest.folders.empty());
  EXPECT_FALSE(fs::exists(copy + "/link"));
}

TEST_F(FolderCopy, what_is_left_out_is_an_empty_folder) {
  fs::create_directory(from + "/pg_wal");
  write(from + "/pg_wal/1", "x");
  ASSERT_TRUE(out([](std::string_view path) { return path == "pg_wal"; }).ok());
  EXPECT_EQ(manifest.folders, std::vector<std::string>{"pg_wal"});
  EXPECT_TRUE(manifest.files.empty());
}

TEST_F(FolderCopy, a_changed_file_is_named) {
  write(from + "/good", "good");
  write(from + "/bad", "bad");
  ASSERT_TRUE(out().ok());
  write(copy + "/bad", "BAD");
  const auto restored = put_back();
  ASSERT_FALSE(restored.ok());
  EXPECT_EQ(restored.error().code, "CopyDamaged");
  EXPECT_NE(restored.error().message.find("bad has other contents"), std::string::npos) << restored.error().message;
}

TEST_F(FolderCopy, a_missing_file_is_named) {
  write(from + "/gone", "x");
  ASSERT_TRUE(out().ok());
  fs::remove(copy + "/gone");
  const auto restored = put_back();
  ASSERT_FALSE(restored.ok());
  EXPECT_NE(restored.error().message.find("gone is missing"), std::string::npos) << restored.error().message;
}

TEST_F(FolderCopy, bounds_hold) {
  for (int i = 0; i < 5; ++i) write(from + "/" + std::to_string(i), "four");
  bounds.entries_max = 4;
  EXPECT_EQ(out().error().code, "CopyTooLarge");
  fs::remove_all(copy);
  fs::create_directory(copy);
  bounds = {};
  bounds.bytes_max = 19;
  EXPECT_EQ(out().error().code, "CopyTooLarge");
}

TEST_F(FolderCopy, a_copy_without_room_is_refused_before_it_begins) {
  bounds.left_free = std::uint64_t{1} << 62;
  EXPECT_EQ(check_room(copy, 1, bounds).error().code, "DiskFull");
  EXPECT_TRUE(check_room(copy, 1, {}).ok());
}

TEST_F(FolderCopy, a_copy_is_there_whole_or_not_at_all) {
  const auto supervisor = testing::make_supervisor(installation);
  const std::string kept = installation.state() + "/kept/one";
  const auto failed = make_copy(*supervisor, kept, [&](const std::string& draft) -> Result<void> {
    write(draft + "/half", "x");
    return Error{"DiskFull", "no room", 500, Fault::receiver};
  });
  EXPECT_EQ(failed.error().code, "DiskFull");
  EXPECT_FALSE(fs::exists(kept));
  EXPECT_FALSE(fs::exists(kept + ".making"));
  // What a crash left.
  fs::create_directories(kept + ".making");
  write(kept + ".making/half", "x");
  const auto made = make_copy(*supervisor, kept, [&](const std::string& draft) -> Result<void> {
    EXPECT_TRUE(fs::is_empty(draft));
    write(draft + "/whole", "x");
    return {};
  });
  ASSERT_TRUE(made.ok()) << made.error().message;
  EXPECT_TRUE(fs::exists(kept + "/whole"));
  EXPECT_FALSE(fs::exists(kept + "/half"));
}

TEST(CopyManifest, is_read_as_it_was_written) {
  CopyManifest manifest;
  manifest.facts = {{"begins", "0/3000028"}, {"engine", "postgres"}};
  manifest.folders = {"base", "base/1"};
  manifest.files = {{"base/1/a file with blanks", 12, 0x1234}, {"empty", 0, 0}};
  const auto read = read_manifest_text(manifest_text(manifest));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(*read, manifest);
}

TEST(CopyManifest, any_changed_letter_is_damage) {
  CopyManifest manifest;
  manifest.files = {{"base/1", 12, 0x1234}};
  const std::string text = manifest_text(manifest);
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(read_manifest_text(changed).ok()) << i;
    EXPECT_FALSE(read_manifest_text(text.substr(0, i)).ok()) << i;
  }
}

TEST(CopyManifest, no_path_leaves_the_folder) {
  for (const char* good : {"a", "a/b", "a..b", ".hidden"}) EXPECT_TRUE(is_copyable_path(good)) << good;
  for (const char* bad : {"", "/a", "a/", "..", "a/../b", "a//b", ".", "a\nb"}) EXPECT_FALSE(is_copyable_path(bad)) << bad;
}

}  // namespace
}  // namespace haar::engines
