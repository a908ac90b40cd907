#include "control/work_queue.h"

#include <algorithm>
#include <utility>

namespace haar::control {

WorkQueue::WorkQueue(std::string name, std::size_t threads, Work work) : work_(std::move(work)) {
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back(name, [this] { run(); });
}

void WorkQueue::add(const std::string& key, Delay after) {
  const std::lock_guard lock(mutex_);
  const Clock::time_point when = Clock::now() + after;
  const auto [entry, is_new] = due_.emplace(key, when);
  if (!is_new) entry->second = std::min(entry->second, when);
  wake_.notify_all();
}

void WorkQueue::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  threads_.clear();
}

void WorkQueue::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    auto next = due_.end();
    for (auto it = due_.begin(); it != due_.end(); ++it) {
      if (!busy_.contains(it->first) && (next == due_.end() || it->second < next->second)) next = it;
    }
    if (next == due_.end()) {
      wake_.wait(lock);
      continue;
    }
    if (next->second > Clock::now()) {
      wake_.wait_until(lock, next->second);
      continue;
    }
    const std::string key = next->first;
    due_.erase(next);
    busy_.insert(key);
    lock.unlock();
    work_(key);
    lock.lock();
    busy_.erase(key);
    wake_.notify_all();
  }
}

}  // namespace haar::control
