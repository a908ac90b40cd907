#include "engines/deleted_files.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <string>

namespace haar::engines {
namespace {

constexpr std::size_t megabyte = 1 << 20;
constexpr double slack = 64 << 10;

// A child that does this, says so, and stands still until it is killed.
class Child {
 public:
  explicit Child(const std::function<void()>& work) {
    int ends[2];
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    pid_ = ::fork();
    if (pid_ == 0) {
      work();
      const char done = 1;
      if (::write(ends[1], &done, 1) != 1) ::_exit(1);
      for (;;) ::pause();
    }
    ::close(ends[1]);
    char done = 0;
    EXPECT_EQ(::read(ends[0], &done, 1), 1);
    ::close(ends[0]);
  }
  ~Child() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
};

// A descriptor of a file without a name; -1 if the file could not be made.
int nameless(std::size_t bytes) {
  std::string path = (std::filesystem::temp_directory_path() / "haar-nameless-XXXXXX").string();
  const int fd = ::mkstemp(path.data());
  ::unlink(path.c_str());
  const std::string text(bytes, 'x');
  if (::write(fd, text.data(), text.size()) != static_cast<ssize_t>(bytes) || ::fsync(fd) != 0) return -1;
  return fd;
}

TEST(DeletedFiles, an_open_file_without_a_name_counts_once) {
  const Child child([] { ::dup(nameless(3 * megabyte)); });
  EXPECT_NEAR(static_cast<double>(deleted_bytes({child.pid()})), 3.0 * megabyte, slack);
}

TEST(DeletedFiles, a_mapped_file_without_a_name_counts) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root sees what is mapped";
  const Child child([] {
    const int fd = nameless(2 * megabyte);
    if (::mmap(nullptr, 4096, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED) ::_exit(1);
    ::close(fd);
  });
  EXPECT_NEAR(static_cast<double>(deleted_bytes({child.pid()})), 2.0 * megabyte, slack);
}

TEST(DeletedFiles, files_with_a_name_do_not_count) {
  const Child child([] {});
  EXPECT_LT(static_cast<double>(deleted_bytes({child.pid()})), slack);
  EXPECT_EQ(deleted_bytes({}), 0u);
}

TEST(DeletedFiles, grandchildren_are_found) {
  const Child child([] {
    const pid_t middle = ::fork();
    if (middle != 0) return;
    if (::fork() == 0) (void)nameless(megabyte);
    for (;;) ::pause();
  });
  // The grandchild's file is written some time after its parent has gone on: found when it is there.
  std::vector<pid_t> found;
  for (int i = 0; i < 1000 && (found.size() < 3 || deleted_bytes(found) < megabyte); ++i) {
    ::usleep(10'000);
    found = processes_of(child.pid(), std::nullopt);
  }
  EXPECT_EQ(found.size(), 3u);
  EXPECT_NEAR(static_cast<double>(deleted_bytes(found)), 1.0 * megabyte, slack);
  for (const pid_t pid : found) {
    if (pid != child.pid()) ::kill(pid, SIGKILL);
  }
}

TEST(DeletedFiles, all_processes_of_a_user_of_its_own_are_found) {
  const Child child([] {});
  const std::vector<pid_t> found = processes_of(child.pid(), ::geteuid());
  EXPECT_TRUE(std::count(found.begin(), found.end(), ::getpid()) == 1);
}

}  // namespace
}  // namespace haar::engines
