#include "fleet/engine_health.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <stdexcept>
#include <vector>

namespace haar::fleet {
namespace {

constexpr std::chrono::seconds at_all{60};
constexpr std::chrono::milliseconds soon{1};

const Error silent{"EngineNotReady", "nobody answers", 503, Fault::receiver};

// Engines that answer, refuse or hang as a test says, and what was told about them.
class Bench {
 public:
  explicit Bench(EngineHealth::Milliseconds interval, int failures = 2)
      : health(threads_and_time(clock_), {"test", interval, soon, soon, failures, 4, 1}, [this](const std::string& id) {
          const std::lock_guard lock(mutex_);
          told_.push_back(id);
          changed_.notify_all();
        }) {}
  ~Bench() {
    hang(false);
    health.stop();
  }

  EngineHealth::Check check(const std::string& id) {
    return [this, id](EngineHealth::Milliseconds) -> Result<void> {
      std::unique_lock lock(mutex_);
      ++asked_[id];
      changed_.notify_all();
      if (hanging_.contains(id)) changed_.wait(lock, [&] { return !hang_; });
      if (answers_[id]) return {};
      return silent;
    };
  }
  void answers(const std::string& id, bool how) {
    const std::lock_guard lock(mutex_);
    answers_[id] = how;
  }
  void hangs(const std::string& id) {
    const std::lock_guard lock(mutex_);
    hanging_.insert(id);
  }
  void hang(bool how) {
    const std::lock_guard lock(mutex_);
    hang_ = how;
    changed_.notify_all();
  }
  bool wait_told(std::size_t times) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, at_all, [&] { return told_.size() >= times; });
  }
  bool wait_asked(const std::string& id, int times) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, at_all, [&] { return asked_[id] >= times; });
  }

 private:
  SystemClock clock_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, bool> answers_;
  std::map<std::string, int> asked_;
  std::set<std::string> hanging_;
  std::vector<std::string> told_;
  bool hang_ = true;

 public:
  EngineHealth health;
};

TEST(EngineHealth, an_engine_is_ready_once_it_has_answered) {
  Bench bench(std::chrono::hours(1));
  EXPECT_FALSE(bench.health.ready("one"));
  EXPECT_FALSE(bench.health.ask("one", soon).ok());
  bench.health.watch("one", "111122223333", bench.check("one"));
  EXPECT_FALSE(bench.health.ready("one"));
  EXPECT_EQ(bench.health.ask("one", soon).error().code, "EngineNotReady");
  EXPECT_FALSE(bench.health.ready("one"));
  EXPECT_TRUE(bench.health.silent_since("one"));
  EXPECT_FALSE(bench.health.came_up("one"));
  bench.answers("one", true);
  EXPECT_TRUE(bench.health.ask("one", soon).ok());
  EXPECT_TRUE(bench.health.ready("one"));
  EXPECT_FALSE(bench.health.silent_since("one"));
  EXPECT_TRUE(bench.health.came_up("one"));
  bench.health.forget("one");
  EXPECT_FALSE(bench.health.ready("one"));
}

TEST(EngineHealth, one_that_ceases_to_answer_is_noticed_and_so_is_its_return) {
  Bench bench(soon);
  bench.answers("one", true);
  bench.health.watch("one", "111122223333", bench.check("one"));
  ASSERT_TRUE(bench.wait_told(1));
  EXPECT_TRUE(bench.health.ready("one"));
  bench.answers("one", false);
  ASSERT_TRUE(bench.wait_told(2));
  bench.answers("one", true);
  ASSERT_TRUE(bench.wait_told(3));
  EXPECT_TRUE(bench.health.ready("one"));
}

TEST(EngineHealth, one_missed_answer_is_no_outage) {
  Bench bench(std::chrono::hours(1));
  bench.answers("one", true);
  bench.health.watch("one", "111122223333", bench.check("one"));
  EXPECT_TRUE(bench.health.ask("one", soon).ok());
  bench.answers("one", false);
  EXPECT_FALSE(bench.health.ask("one", soon).ok());
  EXPECT_TRUE(bench.health.ready("one"));
  EXPECT_FALSE(bench.health.ask("one", soon).ok());
  EXPECT_FALSE(bench.health.ready("one"));
}

TEST(EngineHealth, an_answer_of_the_process_before_is_not_the_new_ones) {
  Bench bench(std::chrono::hours(1));
  bench.health.watch("one", "111122223333", [&](EngineHealth::Milliseconds) -> Result<void> {
    bench.health.forget("one");  // it ends while it is being asked, and another is started
    bench.health.watch("one", "111122223333", bench.check("one"));
    return {};
  });
  EXPECT_TRUE(bench.health.ask("one", soon).ok());
  EXPECT_FALSE(bench.health.ready("one"));
}

TEST(EngineHealth, an_engine_is_asked_one_question_at_a_time) {
  Bench bench(std::chrono::hours(1));
  Result<void> second = silent;
  bench.health.watch("one", "111122223333", [&](EngineHealth::Milliseconds) -> Result<void> {
    second = bench.health.ask("one", soon);
    return {};
  });
  EXPECT_TRUE(bench.health.ask("one", soon).ok());
  EXPECT_EQ(second.error().code, "EngineNotReady");
  EXPECT_TRUE(bench.health.ready("one"));
  EXPECT_TRUE(bench.health.ask("one", soon).ok());
}

TEST(EngineHealth, a_question_that_throws_is_one_that_was_not_answered) {
  Bench bench(std::chrono::hours(1));
  bench.health.watch("one", "111122223333",
                     [](EngineHealth::Milliseconds) -> Result<void> { throw std::runtime_error("broken"); });
  EXPECT_EQ(bench.health.ask("one", soon).error().message, "broken");
  EXPECT_EQ(bench.health.ask("one", soon).error().message, "broken") << "it can be asked again";
}

TEST(EngineHealth, engines_that_hang_hold_up_their_own_account_only) {
  Bench bench(soon);
  for (const char* id : {"one", "two", "three", "four", "five"}) {
    bench.hangs(id);
    bench.health.watch(id, "111122223333", bench.check(id));
  }
  ASSERT_TRUE(bench.wait_asked("one", 1) || bench.wait_asked("two", 1));
  bench.answers("other", true);
  bench.health.watch("other", "444455556666", bench.check("other"));
  EXPECT_TRUE(bench.wait_asked("other", 3));
  EXPECT_TRUE(bench.health.ready("other"));
}

TEST(EngineHealth, stopping_says_nothing_about_an_engine) {
  Bench bench(std::chrono::hours(1), 1);
  bool stopping = false;
  bench.health.watch("one", "111122223333", [&](EngineHealth::Milliseconds) -> Result<void> {
    if (stopping) return Error{"Stopping", "haar is being stopped", 503, Fault::receiver};
    return {};
  });
  EXPECT_TRUE(bench.health.ask("one", soon).ok());
  stopping = true;
  EXPECT_FALSE(bench.health.ask("one", soon).ok());
  EXPECT_TRUE(bench.health.ready("one"));
}

}  // namespace
}  // namespace haar::fleet
