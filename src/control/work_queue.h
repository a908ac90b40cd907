// Keyed work for controllers: one key is worked on by one thread at a time, a key asked for while it is being
// worked on is worked on once more, and any number of requests for a waiting key are one.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "base/thread.h"

namespace haar::control {

class WorkQueue {
 public:
  using Work = std::function<void(const std::string& key)>;
  using Delay = std::chrono::milliseconds;

  WorkQueue(std::string name, std::size_t threads, Work work);
  ~WorkQueue() { stop(); }
  WorkQueue(const WorkQueue&) = delete;
  WorkQueue& operator=(const WorkQueue&) = delete;

  void add(const std::string& key, Delay after = Delay(0));
  // Ends after the work in hand; what waits is dropped (controllers find it again at the next start).
  void stop();

 private:
  using Clock = std::chrono::steady_clock;
  void run();

  const Work work_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::map<std::string, Clock::time_point> due_;
  std::set<std::string> busy_;
  bool stopping_ = false;
  std::vector<Thread> threads_;
};

}  // namespace haar::control
