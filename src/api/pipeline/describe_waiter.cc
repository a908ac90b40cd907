#include "api/pipeline/describe_waiter.h"

#include <utility>

#include "base/loop_guard.h"

namespace haar::api {
namespace {

// The keys that `key` lies below, and itself: calls fn with the bytes of each.
template <class Fn>
void self_and_above(const store::Key& key, Fn fn) {
  const std::string_view bytes = key.bytes();
  for (std::size_t end = bytes.find(store::key_detail::separator); end != std::string_view::npos;
       end = bytes.find(store::key_detail::separator, end + 1))
    fn(bytes.substr(0, end));
  fn(bytes);
}

}  // namespace

DescribeWaiter::~DescribeWaiter() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

bool DescribeWaiter::wait(AwaitedKeys keys, Attempt attempt) {
  const std::lock_guard lock(mutex_);
  if (stopping_ || waiting_.size() >= describes_waiting_max) return false;
  const Id id = ++last_id_;
  waiting_.emplace(id, Waiting{std::chrono::steady_clock::now() + wait_max_, {}, std::move(attempt)});
  await(id, std::move(keys));
  wake_.notify_all();
  return true;
}

void DescribeWaiter::changed(const std::vector<store::Changed>& changes) {
  const std::lock_guard lock(mutex_);
  if (by_key_.empty()) return;
  const std::size_t due = due_.size();
  for (const store::Changed& change : changes) {
    self_and_above(change.key, [this](std::string_view key) {
      const auto found = by_key_.find(key);
      if (found != by_key_.end()) due_.insert(found->second.begin(), found->second.end());
    });
  }
  if (due_.size() != due) wake_.notify_all();
}

// Asked once more at once: the commit may have come between the answer and this line.
void DescribeWaiter::await(Id id, AwaitedKeys keys) {
  for (const store::Key& key : keys) by_key_[key.bytes()].insert(id);
  waiting_.at(id).keys = std::move(keys);
  due_.insert(id);
}

void DescribeWaiter::stop_awaiting(Id id) {
  for (const store::Key& key : waiting_.at(id).keys) {
    const auto found = by_key_.find(key.bytes());
    if (found == by_key_.end()) continue;
    found->second.erase(id);
    if (found->second.empty()) by_key_.erase(found);
  }
}

// Those that something was changed for, and those whose time is over.
std::vector<DescribeWaiter::Id> DescribeWaiter::take_due(std::chrono::steady_clock::time_point now) {
  std::set<Id> due = std::exchange(due_, {});
  for (const auto& [id, one] : waiting_) {
    if (!stopping_ && one.deadline > now) break;
    due.insert(id);
  }
  return {due.begin(), due.end()};
}

void DescribeWaiter::settle(Id id, AwaitedKeys keys) {
  if (!keys.empty() && keys == waiting_.at(id).keys) return;
  stop_awaiting(id);
  if (!keys.empty()) return await(id, std::move(keys));
  waiting_.erase(id);
  due_.erase(id);
}

void DescribeWaiter::run() {
  LoopGuard guard("haar-describe");
  std::unique_lock lock(mutex_);
  for (;;) {
    const auto ready = [this] { return !due_.empty() || stopping_; };
    if (waiting_.empty()) wake_.wait(lock, ready);
    else wake_.wait_until(lock, waiting_.begin()->second.deadline, ready);
    const auto now = std::chrono::steady_clock::now();
    const bool stopping = stopping_;
    for (const Id id : take_due(now)) {
      Waiting& one = waiting_.at(id);  // stays: nobody else erases
      const bool last = stopping || now >= one.deadline;
      AwaitedKeys keys;
      lock.unlock();
      guard.turn([&] { keys = one.attempt(last); });
      lock.lock();
      settle(id, last ? AwaitedKeys() : std::move(keys));
    }
    if (stopping) return;
  }
}

}  // namespace haar::api
