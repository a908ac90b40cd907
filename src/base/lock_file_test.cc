#include "base/lock_file.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

namespace haar {
namespace {

class LockFileTest : public testing::Test {
 protected:
  LockFileTest() {
    std::string name = testing::TempDir() + "haar-lock-XXXXXX";
    folder_ = ::mkdtemp(name.data());
  }
  ~LockFileTest() override { std::filesystem::remove_all(folder_); }
  [[nodiscard]] std::string path() const { return folder_ + "/lock"; }

 private:
  std::string folder_;
};

TEST_F(LockFileTest, one_holds_it_and_the_other_hears_who) {
  const auto first = take_lock_file(path());
  ASSERT_TRUE(first.ok() && first->taken);
  const auto second = take_lock_file(path());
  ASSERT_TRUE(second.ok());
  EXPECT_FALSE(second->taken);
  EXPECT_EQ(second->holder, std::to_string(::getpid()));
}

TEST_F(LockFileTest, it_is_free_when_its_holder_is_done) {
  { ASSERT_TRUE(take_lock_file(path())->taken); }
  EXPECT_TRUE(take_lock_file(path())->taken);
}

TEST_F(LockFileTest, the_lock_of_a_dead_holder_is_waited_for_while_a_child_has_it) {
  constexpr int child_outlives_ms = 200;
  const pid_t holder = ::fork();
  if (holder == 0) {
    const auto lock = take_lock_file(path());
    if (::fork() == 0) ::poll(nullptr, 0, child_outlives_ms);
    ::_exit(lock.ok() && lock->taken ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(holder, &status, 0), holder);
  ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  const auto mine = take_lock_file(path());
  ASSERT_TRUE(mine.ok());
  EXPECT_TRUE(mine->taken);
}

TEST_F(LockFileTest, a_file_that_cannot_be_opened_is_named) {
  const auto lock = take_lock_file(path() + "/in/no/folder");
  ASSERT_FALSE(lock.ok());
  EXPECT_NE(lock.error().message.find("in/no/folder"), std::string::npos) << lock.error().message;
}

}  // namespace
}  // namespace haar
