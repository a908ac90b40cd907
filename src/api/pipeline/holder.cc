#include "api/pipeline/holder.h"

#include <algorithm>
#include <utility>

namespace haar::api {

Holder::~Holder() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

bool Holder::hold(Attempt attempt) {
  const std::lock_guard lock(mutex_);
  if (stopping_ || count_ >= held_max) return false;
  ++count_;
  held_.push_back({std::chrono::steady_clock::now() + std::chrono::milliseconds(hold_max_ms), std::move(attempt)});
  changed_ = true;  // asked once more at once: the commit may have come between the answer and this line
  wake_.notify_all();
  return true;
}

void Holder::wake() {
  const std::lock_guard lock(mutex_);
  if (count_ == 0) return;
  changed_ = true;
  wake_.notify_all();
}

void Holder::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    const auto next = std::min_element(held_.begin(), held_.end(), [](const Held& a, const Held& b) {
      return a.deadline < b.deadline;
    });
    const auto ready = [this] { return changed_ || stopping_; };
    if (next == held_.end()) wake_.wait(lock, ready);
    else wake_.wait_until(lock, next->deadline, ready);
    changed_ = false;
    const bool stopping = stopping_;
    std::list<Held> asking;
    asking.swap(held_);
    lock.unlock();
    const auto now = std::chrono::steady_clock::now();
    asking.remove_if([&](Held& held) { return held.attempt(stopping || now >= held.deadline); });
    lock.lock();
    held_.splice(held_.begin(), asking);
    count_ = held_.size();
    if (stopping) return;
  }
}

}  // namespace haar::api
