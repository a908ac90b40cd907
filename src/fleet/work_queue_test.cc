#include "fleet/work_queue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <stdexcept>

namespace haar::fleet {
namespace {

constexpr std::chrono::seconds at_all{60};  // that something happens at all; nothing here is about how fast

std::string account_of(const std::string& key) { return key.substr(0, key.find('/')); }

// Works that stay in hand until they are let go, and a record of what was begun.
class Bench {
 public:
  WorkQueue::Work work() {
    return [this](const std::string& key) {
      std::unique_lock lock(mutex_);
      begun_.push_back(key);
      in_hand_.insert(key);
      most_[account_of(key)] = std::max(most_[account_of(key)], in_hand_of(account_of(key)));
      twice_ = twice_ || in_hand_.count(key) > 1;
      changed_.notify_all();
      changed_.wait(lock, [&] { return open_ || let_go_.contains(key); });
      if (const auto one = let_go_.find(key); one != let_go_.end()) let_go_.erase(one);
      in_hand_.erase(in_hand_.find(key));
      changed_.notify_all();
    };
  }
  bool wait_begun(const std::string& key, std::size_t times = 1) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, at_all, [&] { return count(key) >= times; });
  }
  bool wait_in_hand(std::size_t number) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, at_all, [&] { return in_hand_.size() == number; });
  }
  void let_go(const std::string& key) {
    const std::lock_guard lock(mutex_);
    let_go_.insert(key);
    changed_.notify_all();
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  std::vector<std::string> begun() {
    const std::lock_guard lock(mutex_);
    return begun_;
  }
  std::size_t most(const std::string& account) {
    const std::lock_guard lock(mutex_);
    return most_[account];
  }
  bool twice() {
    const std::lock_guard lock(mutex_);
    return twice_;
  }

 private:
  std::size_t count(const std::string& key) const {
    return static_cast<std::size_t>(std::count(begun_.begin(), begun_.end(), key));
  }
  std::size_t in_hand_of(const std::string& account) const {
    return static_cast<std::size_t>(
        std::count_if(in_hand_.begin(), in_hand_.end(), [&](const std::string& k) { return account_of(k) == account; }));
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> begun_;
  std::multiset<std::string> in_hand_, let_go_;
  std::map<std::string, std::size_t> most_;
  bool open_ = false, twice_ = false;
};

TEST(WorkQueue, one_account_takes_its_share_and_no_more) {
  Bench bench;
  WorkQueue queue({"test", 4, 2, account_of, {}}, bench.work());
  for (int i = 0; i < 50; ++i) queue.add("a/" + std::to_string(i));
  ASSERT_TRUE(bench.wait_in_hand(2));
  // All works of the first account hang; others are served all the same.
  queue.add("b/1");
  queue.add("c/1");
  EXPECT_TRUE(bench.wait_begun("b/1"));
  EXPECT_TRUE(bench.wait_begun("c/1"));
  EXPECT_EQ(bench.begun().size(), 4u);
  bench.open();
  EXPECT_TRUE(bench.wait_begun("a/49"));
  EXPECT_EQ(bench.most("a"), 2u);
}

TEST(WorkQueue, accounts_take_turns_on_one_thread) {
  Bench bench;
  WorkQueue queue({"test", 1, 1, account_of, {}}, bench.work());
  queue.add("a/0");
  ASSERT_TRUE(bench.wait_begun("a/0"));
  for (int i = 1; i < 10; ++i) queue.add("a/" + std::to_string(i));
  queue.add("b/0");
  queue.add("b/1");
  queue.add("c/0");
  bench.open();
  ASSERT_TRUE(bench.wait_begun("a/9"));
  // Each of the others waited for one work of the first account at most.
  const std::vector<std::string> begun = bench.begun();
  const auto at = [&](const std::string& key) { return std::find(begun.begin(), begun.end(), key) - begun.begin(); };
  EXPECT_LE(at("b/0"), 3);
  EXPECT_LE(at("c/0"), 3);
  EXPECT_LE(at("b/1"), 6);
}

TEST(WorkQueue, a_line_that_empties_and_fills_again_does_not_overtake) {
  Bench bench;
  WorkQueue queue({"test", 1, 1, account_of, {}}, bench.work());
  queue.add("a/0");
  ASSERT_TRUE(bench.wait_begun("a/0"));
  queue.add("b/0");
  bench.let_go("a/0");
  ASSERT_TRUE(bench.wait_begun("b/0"));
  queue.add("c/0");  // has waited longest when a, whose line was empty, comes back
  queue.add("a/1");
  bench.let_go("b/0");
  bench.open();
  ASSERT_TRUE(bench.wait_begun("a/1"));
  EXPECT_EQ(bench.begun(), (std::vector<std::string>{"a/0", "b/0", "c/0", "a/1"}));
}

TEST(WorkQueue, a_key_is_worked_on_by_one_thread_and_once_more_if_it_was_asked_for_meanwhile) {
  Bench bench;
  WorkQueue queue({"test", 4, 4, account_of, {}}, bench.work());
  queue.add("a/1");
  ASSERT_TRUE(bench.wait_begun("a/1"));
  for (int i = 0; i < 10; ++i) queue.add("a/1");
  queue.add("a/2");
  ASSERT_TRUE(bench.wait_begun("a/2"));
  bench.open();
  ASSERT_TRUE(bench.wait_begun("a/1", 2));
  ASSERT_TRUE(bench.wait_in_hand(0));
  queue.stop();
  EXPECT_EQ(bench.begun().size(), 3u);
  EXPECT_FALSE(bench.twice());
}

TEST(WorkQueue, a_request_for_now_overtakes_the_same_key_put_off) {
  Bench bench;
  bench.open();
  WorkQueue queue({"test", 1, 1, account_of, {}}, bench.work());
  queue.add("a/1", std::chrono::hours(1));
  queue.add("a/1");
  EXPECT_TRUE(bench.wait_begun("a/1"));
  queue.add("a/2", std::chrono::milliseconds(5));
  EXPECT_TRUE(bench.wait_begun("a/2"));
}

TEST(WorkQueue, what_is_put_off_comes_while_other_threads_hang) {
  Bench bench;
  WorkQueue queue({"test", 3, 1, account_of, {}}, bench.work());
  queue.add("b/1", std::chrono::milliseconds(20));
  queue.add("a/1");
  queue.add("c/1");
  EXPECT_TRUE(bench.wait_begun("b/1"));
  bench.open();
}

TEST(WorkQueue, a_work_that_throws_is_told_and_harms_nobody) {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::string> failed;
  bool other = false;
  WorkQueue queue({"test", 1, 1, account_of,
                   [&](const std::string& key, std::string_view what) {
                     const std::lock_guard lock(mutex);
                     failed.push_back(key + ": " + std::string(what));
                     changed.notify_all();
                   }},
                  [&](const std::string& key) {
                    if (key == "a/1") throw std::runtime_error("broken");
                    if (key == "a/2") throw 7;
                    const std::lock_guard lock(mutex);
                    other = true;
                    changed.notify_all();
                  });
  queue.add("a/1");
  queue.add("a/2");
  queue.add("b/1");
  std::unique_lock lock(mutex);
  ASSERT_TRUE(changed.wait_for(lock, at_all, [&] { return failed.size() == 2 && other; }));
  EXPECT_EQ(failed, (std::vector<std::string>{"a/1: broken", "a/2: an unknown exception"}));
}

TEST(WorkQueue, stop_waits_for_the_works_in_hand_and_drops_the_rest) {
  Bench bench;
  WorkQueue queue({"test", 1, 1, account_of, {}}, bench.work());
  queue.add("a/1");
  ASSERT_TRUE(bench.wait_begun("a/1"));
  queue.add("a/2");
  queue.add("b/1", std::chrono::hours(1));
  bench.let_go("a/1");
  // "a/2" may have been begun before stop() is heard; then it is in hand and waited for.
  bench.open();
  queue.stop();
  EXPECT_TRUE(bench.wait_in_hand(0));
  const std::size_t before = bench.begun().size();
  queue.add("c/1");
  queue.stop();
  EXPECT_EQ(bench.begun().size(), before);
}

TEST(WorkQueue, keys_without_groups_share_the_threads) {
  Bench bench;
  WorkQueue queue({"test", 2, 2, {}, {}}, bench.work());
  queue.add("a/1");
  queue.add("b/1");
  queue.add("c/1");
  EXPECT_TRUE(bench.wait_in_hand(2));
  bench.open();
  EXPECT_TRUE(bench.wait_begun("c/1"));
}

}  // namespace
}  // namespace haar::fleet
