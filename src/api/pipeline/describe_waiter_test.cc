#include "api/pipeline/describe_waiter.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <semaphore>
#include <stdexcept>

namespace haar::api {
namespace {

// Whoever waits so long is answered for another reason than its deadline.
constexpr std::chrono::milliseconds long_wait = std::chrono::hours(1);

const AccountId account("111122223333");
const Region region("us-east-1");

store::Key key(std::string_view id) { return store::key_of(account, region, id); }
store::Changed change_of(const store::Key& key) { return {"rds/cluster", key, false}; }

// A Describe that shows a resource in transition until the test says that it is over.
class Describe {
 public:
  explicit Describe(store::Key key) : key_(std::move(key)) {}

  DescribeWaiter::Attempt attempt() {
    return [this](bool last) -> AwaitedKeys {
      ++attempts_;
      const bool over = over_;
      asked_.release();
      if (!over && !last) return {key_};
      answered_.set_value(last);
      return {};
    };
  }
  AwaitedKeys keys() const { return {key_}; }
  void end_transition() { over_ = true; }
  // The next attempt that nobody has waited for yet.
  void await_attempt() { asked_.acquire(); }
  // Whether it was the last one that was possible.
  bool await_answer() { return answered_.get_future().get(); }
  [[nodiscard]] int attempts() const { return attempts_; }

 private:
  const store::Key key_;
  std::atomic<bool> over_{false};
  std::atomic<int> attempts_{0};
  std::counting_semaphore<> asked_{0};
  std::promise<bool> answered_;
};

TEST(DescribeWaiter, asks_again_after_a_commit_until_answered) {
  Describe describe(key("demo"));
  DescribeWaiter waiter(long_wait);
  ASSERT_TRUE(waiter.wait(describe.keys(), describe.attempt()));
  describe.await_attempt();  // at once: the commit may have come before it waited
  describe.end_transition();
  waiter.changed({change_of(key("demo"))});
  EXPECT_FALSE(describe.await_answer());  // before its deadline
  EXPECT_EQ(describe.attempts(), 2);
}

// A commit costs the Describes of what it changed, however many others wait.
TEST(DescribeWaiter, asks_only_those_that_wait_for_what_was_changed) {
  std::vector<std::unique_ptr<Describe>> all;
  DescribeWaiter waiter(long_wait);
  for (int i = 0; i < 200; ++i) {
    all.push_back(std::make_unique<Describe>(key("demo-" + std::to_string(i))));
    ASSERT_TRUE(waiter.wait(all.back()->keys(), all.back()->attempt()));
  }
  for (const auto& describe : all) describe->await_attempt();
  // What others have, what lies beside it, and what merely begins alike.
  waiter.changed({change_of(key("demo")), change_of(key("demo-77x")), change_of(key("other")),
                  change_of(store::key_of(AccountId("444455556666"), region, "demo-77"))});
  waiter.changed({change_of(key("demo-77"))});
  all[77]->await_attempt();
  // The thread serves in turn: whatever the first commit had woken would have been asked by now.
  all[78]->end_transition();
  waiter.changed({change_of(key("demo-78"))});
  EXPECT_FALSE(all[78]->await_answer());
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i]->attempts(), i == 77 || i == 78 ? 2 : 1) << i;
}

TEST(DescribeWaiter, a_cluster_stands_for_its_nodes) {
  Describe describe(key("demo"));
  DescribeWaiter waiter(long_wait);
  ASSERT_TRUE(waiter.wait(describe.keys(), describe.attempt()));
  describe.await_attempt();
  describe.end_transition();
  waiter.changed({{"elasticache/node-state", store::key_of(account, region, "demo", "0001"), false}});
  EXPECT_FALSE(describe.await_answer());
}

// What is waited for can become another resource; its commit may have come in between.
TEST(DescribeWaiter, follows_what_is_waited_for) {
  std::promise<bool> answered;
  std::promise<void> waits_for_second;
  int attempts = 0;
  DescribeWaiter waiter(long_wait);
  ASSERT_TRUE(waiter.wait({key("first")}, [&](bool last) -> AwaitedKeys {
    ++attempts;
    if (attempts == 2) waits_for_second.set_value();  // asked once more for what is new
    if (attempts < 3 && !last) return {key("second")};
    answered.set_value(last);
    return {};
  }));
  waits_for_second.get_future().get();
  waiter.changed({change_of(key("first"))});  // no longer waited for
  waiter.changed({change_of(key("second"))});
  EXPECT_FALSE(answered.get_future().get());
  EXPECT_EQ(attempts, 3);
}

// Nothing is left unanswered: at the deadline, and when the server stops, the last attempt is made.
TEST(DescribeWaiter, makes_a_last_attempt_when_it_stops) {
  std::vector<std::unique_ptr<Describe>> all;
  {
    DescribeWaiter waiter(long_wait);
    for (int i = 0; i < 10; ++i) {
      all.push_back(std::make_unique<Describe>(key("demo")));
      ASSERT_TRUE(waiter.wait(all.back()->keys(), all.back()->attempt()));
    }
  }
  for (const auto& describe : all) EXPECT_TRUE(describe->await_answer());
}

TEST(DescribeWaiter, makes_a_last_attempt_when_its_time_is_over) {
  Describe describe(key("demo"));
  DescribeWaiter waiter(std::chrono::milliseconds(1));
  ASSERT_TRUE(waiter.wait(describe.keys(), describe.attempt()));
  EXPECT_TRUE(describe.await_answer());
}

TEST(DescribeWaiter, is_bounded) {
  DescribeWaiter waiter(long_wait);
  std::size_t waiting = 0;
  while (waiting < describes_waiting_max + 1 &&
         waiter.wait({key("demo")}, [](bool last) { return last ? AwaitedKeys() : AwaitedKeys{key("demo")}; }))
    ++waiting;
  EXPECT_LE(waiting, describes_waiting_max);
}

// One that throws is given up; the others are asked.
TEST(DescribeWaiter, goes_on_after_an_exception) {
  Describe describe(key("demo"));
  DescribeWaiter waiter(long_wait);
  ASSERT_TRUE(waiter.wait({key("demo")}, [](bool) -> AwaitedKeys { throw std::runtime_error("no memory is left"); }));
  ASSERT_TRUE(waiter.wait(describe.keys(), describe.attempt()));
  describe.await_attempt();
  describe.end_transition();
  waiter.changed({change_of(key("demo"))});
  EXPECT_FALSE(describe.await_answer());
}

}  // namespace
}  // namespace haar::api
