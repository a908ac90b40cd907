// Replies that wait: a Describe of a resource in transition is asked again whenever something was
// committed, and answered when the transition is over or after hold_max_ms. Waiters of AWS's clients poll
// every 15 or 30 seconds, so a held first answer saves their users that time.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <list>
#include <mutex>

#include "base/thread.h"

namespace haar::api {

inline constexpr int hold_max_ms = 1000;
// Held replies at one time; more are answered at once.
inline constexpr std::size_t held_max = 512;

class Holder {
 public:
  // `attempt(last)` returns true when it has answered; it must answer when `last`.
  using Attempt = std::function<bool(bool last)>;

  Holder() : thread_("haar-hold", [this] { run(); }) {}
  ~Holder();
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;

  // False when too many replies are held already: answer at once.
  [[nodiscard]] bool hold(Attempt attempt);
  // Something was committed: ask again.
  void wake();

 private:
  struct Held {
    std::chrono::steady_clock::time_point deadline;
    Attempt attempt;
  };
  void run();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::list<Held> held_;
  std::size_t count_ = 0;  // held_, and those being asked just now
  bool changed_ = false;
  bool stopping_ = false;
  Thread thread_;  // last: starts when everything above exists
};

}  // namespace haar::api
