// Who works, and what time it is: handed to everything in this folder, so that the same logic runs on threads in haar
// (work_queue.h) and on a seed in the simulation (test/fleet).
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace haar::fleet {

using Delay = std::chrono::milliseconds;
// A point of time that nobody moves: for back-off and for how long an engine has been silent. What is to move with the
// operator's clock (windows, expiry) is a Timestamp.
using Ticks = std::chrono::steady_clock::time_point;

struct QueueOptions {
  std::string name;  // of the threads: 15 characters at most
  std::size_t threads_max = 1;
  std::size_t at_once_per_group = 1;
  // Keys of one group (an account) have their share and no more; none: all keys are one group. May be called with the
  // queue's lock held.
  std::function<std::string(const std::string& key)> group_of;
  // The work threw: it is over, and nobody else will ask for the key again. None: it is logged, and that is all.
  std::function<void(const std::string& key, std::string_view what)> failed;
};

class Queue {
 public:
  using Work = std::function<void(const std::string& key)>;

  virtual ~Queue() = default;
  // One key is worked on once at a time; a key asked for while it is being worked on is worked on once more; any
  // number of requests for a waiting key are one, at the earliest time of all. From any thread, also from a work.
  virtual void add(const std::string& key, Delay after) = 0;
  void add(const std::string& key) { add(key, Delay(0)); }
  // Ends after the works in hand; what waits is dropped.
  virtual void stop() = 0;
};

struct Runtime {
  std::function<std::unique_ptr<Queue>(QueueOptions, Queue::Work)> queue;
  std::function<Ticks()> ticks;
  const Clock& clock;
};

// Threads, and the machine's time.
Runtime threads_and_time(const Clock& clock);

}  // namespace haar::fleet
