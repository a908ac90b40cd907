// kill -9 at random moments under concurrent writers: what was acknowledged is there, whole. 100 rounds, or
// HAAR_CRASH_ROUNDS. (That the data would survive a power cut too is durability_test.cc's to show.)
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstring>
#include <random>

#include "base/file.h"
#include "store/sqlite_backend.h"
#include "store/test_folder.h"
#include "store/test_writers.h"

namespace haar::store {
namespace {

constexpr int writer_count = 8;
constexpr const char* folder_variable = "HAAR_CRASH_FOLDER";
constexpr const char* pipe_variable = "HAAR_CRASH_PIPE";

struct Ack {
  std::int64_t writer;
  std::int64_t number;
};

std::unique_ptr<Db> open_db(const std::string& folder) {
  Result<std::unique_ptr<Backend>> backend = open_sqlite_backend({.folder = folder});
  EXPECT_TRUE(backend.ok()) << backend.error().message;
  Result<std::unique_ptr<Db>> db = Db::open(std::move(backend).value(), piece_spaces());
  EXPECT_TRUE(db.ok()) << db.error().message;
  return std::move(db).value();
}

// The child's side: not a test of its own, run by the one below in a process that it kills.
TEST(CrashChild, DISABLED_writes_until_it_is_killed) {
  const char* folder = std::getenv(folder_variable);
  const char* pipe = std::getenv(pipe_variable);
  if (folder == nullptr || pipe == nullptr) GTEST_SKIP() << "run by Crash, which sets " << folder_variable;
  const int acknowledgements = std::atoi(pipe);
  const auto db = open_db(folder);
  const auto first = [&](int writer) {
    std::string problem;
    return last_whole_write(*db, writer, problem) + 1;
  };
  Writers writers(*db, writer_count, 300, first, [&](int writer, std::int64_t number) {
    const Ack ack{writer, number};
    EXPECT_EQ(::write(acknowledgements, &ack, sizeof ack), static_cast<ssize_t>(sizeof ack));
  });
  ::pause();
}

class Child {
 public:
  explicit Child(const std::string& folder) {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe(ends.data()), 0);
    pipe_ = Fd(ends[0]);
    ::fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    const Fd write_end(ends[1]);
    // Everything is prepared before fork: the child may only call what is safe after it.
    std::vector<std::string> words = {"/proc/self/exe", "--gtest_also_run_disabled_tests",
                                      "--gtest_filter=CrashChild.*", "--gtest_brief=1"};
    std::vector<std::string> variables = {std::string(folder_variable) + "=" + folder,
                                          std::string(pipe_variable) + "=" + std::to_string(ends[1])};
    const std::vector<char*> arguments = pointers(words);
    const std::vector<char*> environment = pointers(variables);
    pid_ = ::fork();
    if (pid_ != 0) return;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::execve(arguments[0], arguments.data(), environment.data());
    ::_exit(127);
  }

  // Takes acknowledgements for a while, kills, and takes those that were still on their way. The while
  // begins at once, or with the first acknowledgement.
  void kill_after(std::chrono::microseconds time, bool working, std::array<std::int64_t, writer_count>& acknowledged) {
    const bool began = !working || take(acknowledged);
    EXPECT_TRUE(began) << "it ended before it wrote anything";
    const auto end = std::chrono::steady_clock::now() + time;
    for (;;) {
      const auto left = std::chrono::duration_cast<std::chrono::nanoseconds>(end - std::chrono::steady_clock::now());
      if (left.count() <= 0) break;
      const timespec wait{static_cast<time_t>(left.count() / 1'000'000'000), left.count() % 1'000'000'000};
      pollfd ready{pipe_.get(), POLLIN, 0};
      if (::ppoll(&ready, 1, &wait, nullptr) > 0 && !take(acknowledged)) break;
    }
    EXPECT_EQ(::kill(pid_, SIGKILL), 0);
    int status = 0;
    EXPECT_EQ(::waitpid(pid_, &status, 0), pid_);
    EXPECT_TRUE(WIFSIGNALED(status)) << "it ended by itself with " << status;
    while (take(acknowledged)) {
    }
  }

 private:
  static std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> out;
    for (std::string& w : words) out.push_back(w.data());
    out.push_back(nullptr);
    return out;
  }
  bool take(std::array<std::int64_t, writer_count>& acknowledged) {
    Ack ack{};
    if (::read(pipe_.get(), &ack, sizeof ack) != static_cast<ssize_t>(sizeof ack)) return false;
    EXPECT_EQ(ack.number, acknowledged[static_cast<std::size_t>(ack.writer)] + 1);
    acknowledged[static_cast<std::size_t>(ack.writer)] = ack.number;
    return true;
  }

  pid_t pid_ = -1;
  Fd pipe_;
};

TEST(Crash, kill_at_any_moment_loses_no_acknowledged_write_and_leaves_none_half_done) {
  const char* variable = std::getenv("HAAR_CRASH_ROUNDS");
  const int rounds = variable == nullptr ? 100 : std::atoi(variable);
  const TestFolder folder;
  std::mt19937 random(std::random_device{}());
  std::array<std::int64_t, writer_count> acknowledged{};
  std::int64_t total = 0;
  for (int round = 0; round < rounds; ++round) {
    Child child(folder / "data");
    // In turn well into its work, and from before it has even opened its folder on.
    const bool working = round % 2 == 0;
    child.kill_after(std::chrono::microseconds(random() % 100'000), working, acknowledged);
    const auto db = open_db(folder / "data");
    for (int w = 0; w < writer_count; ++w) {
      std::string problem;
      const std::int64_t last = last_whole_write(*db, w, problem);
      ASSERT_GE(last, acknowledged[w]) << "round " << round << " " << problem;
      ASSERT_LE(last, acknowledged[w] + 1) << "round " << round;
      total += last - acknowledged[w];
      acknowledged[w] = last;
    }
  }
  std::int64_t written = 0;
  for (const std::int64_t n : acknowledged) written += n;
  EXPECT_GT(written, rounds) << "the writers hardly wrote: the kills proved nothing";
  std::printf("%d kills, %ld writes, %ld of them durable before they could be acknowledged\n", rounds,
              static_cast<long>(written), static_cast<long>(total));
}

}  // namespace
}  // namespace haar::store
