// Keyed work on threads, fair between groups (accounts): a group whose work takes long holds up only itself.
//
// One key is worked on by one thread at a time; a key asked for while it is being worked on is worked on once more;
// any number of requests for a waiting key are one. Of the groups with work that is due, the one served longest ago
// is next, and no group has more than `at_once_per_group` works in hand. Threads are started as they are needed.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/thread.h"
#include "fleet/queue.h"

namespace haar::fleet {

class WorkQueue : public Queue {
 public:
  using Options = QueueOptions;

  WorkQueue(Options options, Work work);
  ~WorkQueue() override { stop(); }
  WorkQueue(const WorkQueue&) = delete;
  WorkQueue& operator=(const WorkQueue&) = delete;

  using Queue::add;
  void add(const std::string& key, Delay after) override;
  void stop() override;

 private:
  using Clock = std::chrono::steady_clock;
  struct Group {
    std::map<std::string, Clock::time_point> due;
    std::set<std::pair<Clock::time_point, std::string>> order;  // of `due`, earliest first
    std::size_t in_hand = 0;
    std::uint64_t served = 0;  // when it was served last, as a running number
  };

  void run();
  void work_on(const std::string& key);
  // All with the lock held.
  void grow();
  [[nodiscard]] std::optional<std::pair<Clock::time_point, std::string>> next_of(const Group& group) const;
  std::optional<std::string> take(std::optional<Clock::time_point>& wake_at);

  const Options options_;
  const Work work_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::map<std::string, Group> groups_;  // those with work waiting or in hand
  std::set<std::string> busy_;           // keys in hand
  std::uint64_t served_ = 0;
  std::size_t idle_ = 0;
  bool stopping_ = false;
  std::vector<Thread> threads_;
};

}  // namespace haar::fleet
