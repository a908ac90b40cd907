// Describes that wait: while the answer shows a resource in transition, its Describe is asked again whenever a commit
// changed that resource, and is answered when the transition is over or after describe_wait_max. The waiters of
// AWS's clients poll every 15 or 30 seconds; a first answer that waits saves their users that time.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "api/kit/awaited_keys.h"
#include "base/thread.h"
#include "store/db.h"

namespace haar::api {

inline constexpr std::chrono::milliseconds describe_wait_max{1000};
// Describes that wait at one time; more are answered at once.
inline constexpr std::size_t describes_waiting_max = 512;

class DescribeWaiter {
 public:
  // Asks again. Empty: it has answered; else what is waited for still. It must answer when `last`.
  using Attempt = std::function<AwaitedKeys(bool last)>;

  explicit DescribeWaiter(std::chrono::milliseconds wait_max = describe_wait_max)
      : wait_max_(wait_max), thread_("haar-describe", [this] { run(); }) {}
  ~DescribeWaiter();
  DescribeWaiter(const DescribeWaiter&) = delete;
  DescribeWaiter& operator=(const DescribeWaiter&) = delete;

  // False when too many wait already, or the server stops: answer at once.
  [[nodiscard]] bool wait(AwaitedKeys keys, Attempt attempt);
  // A commit changed these records and is visible: their Describes are asked again.
  void changed(const std::vector<store::Changed>& changes);

 private:
  using Id = std::uint64_t;  // in the order in which they came, which is that of their deadlines
  struct Waiting {
    std::chrono::steady_clock::time_point deadline;
    AwaitedKeys keys;
    Attempt attempt;
  };

  void run();
  // All with the lock held.
  void await(Id id, AwaitedKeys keys);
  void stop_awaiting(Id id);
  std::vector<Id> take_due(std::chrono::steady_clock::time_point now);
  void settle(Id id, AwaitedKeys keys);

  const std::chrono::milliseconds wait_max_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::map<Id, Waiting> waiting_;  // erased by the thread alone
  std::map<std::string, std::set<Id>, std::less<>> by_key_;
  std::set<Id> due_;  // to be asked again
  Id last_id_ = 0;
  bool stopping_ = false;
  Thread thread_;  // last: starts when everything above exists
};

}  // namespace haar::api
