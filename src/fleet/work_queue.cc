#include "fleet/work_queue.h"

#include <algorithm>
#include <exception>

#include "base/log.h"

namespace haar::fleet {

WorkQueue::WorkQueue(Options options, Work work) : options_(std::move(options)), work_(std::move(work)) {}

void WorkQueue::add(const std::string& key, Delay after) {
  const std::lock_guard lock(mutex_);
  if (stopping_) return;
  const auto [place, is_new] = groups_.try_emplace(options_.group_of ? options_.group_of(key) : std::string());
  Group& group = place->second;
  // A new group stands at the end of the line: emptying one's own line again and again wins nothing.
  if (is_new) group.served = ++served_;
  Clock::time_point when = Clock::now() + after;
  if (const auto known = group.due.find(key); known != group.due.end()) {
    when = std::min(when, known->second);
    group.order.erase({known->second, key});
  }
  group.due[key] = when;
  group.order.emplace(when, key);
  if (idle_ == 0) grow();
  wake_.notify_all();
}

void WorkQueue::grow() {
  if (threads_.size() < options_.threads_max && !stopping_) threads_.emplace_back(options_.name, [this] { run(); });
}

void WorkQueue::stop() {
  std::vector<Thread> threads;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    threads.swap(threads_);
  }
  wake_.notify_all();
}

// The group's earliest key that nobody works on; its keys in hand are few.
std::optional<std::pair<WorkQueue::Clock::time_point, std::string>> WorkQueue::next_of(const Group& group) const {
  if (group.in_hand >= options_.at_once_per_group) return std::nullopt;
  for (const auto& entry : group.order) {
    if (!busy_.contains(entry.second)) return entry;
  }
  return std::nullopt;
}

// A key to work on now; else when to look again, if that is known.
std::optional<std::string> WorkQueue::take(std::optional<Clock::time_point>& wake_at) {
  const Clock::time_point now = Clock::now();
  Group* chosen = nullptr;
  std::pair<Clock::time_point, std::string> entry;
  for (auto& [name, group] : groups_) {
    const auto next = next_of(group);
    if (!next) continue;
    if (next->first > now) {
      wake_at = wake_at ? std::min(*wake_at, next->first) : next->first;
    } else if (chosen == nullptr || group.served < chosen->served) {
      chosen = &group;
      entry = *next;
    }
  }
  if (chosen == nullptr) return std::nullopt;
  chosen->order.erase(entry);
  chosen->due.erase(entry.second);
  chosen->served = ++served_;
  ++chosen->in_hand;
  busy_.insert(entry.second);
  return entry.second;
}

void WorkQueue::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    std::optional<Clock::time_point> wake_at;
    const std::optional<std::string> key = take(wake_at);
    if (!key) {
      ++idle_;
      if (wake_at) wake_.wait_until(lock, *wake_at);
      else wake_.wait(lock);
      --idle_;
      continue;
    }
    // Somebody must be there for what comes due while this thread works.
    if (idle_ == 0) grow();
    lock.unlock();
    work_on(*key);
    lock.lock();
    busy_.erase(*key);
    const auto group = groups_.find(options_.group_of ? options_.group_of(*key) : std::string());
    --group->second.in_hand;
    if (group->second.in_hand == 0 && group->second.due.empty()) groups_.erase(group);
    wake_.notify_all();
  }
}

void WorkQueue::work_on(const std::string& key) {
  std::string what;
  try {
    return work_(key);
  } catch (const std::exception& error) {
    what = error.what();
  } catch (...) {
    what = "an unknown exception";
  }
  log_error("work of a queue threw", {{"queue", options_.name}, {"reason", what}});
  if (options_.failed) options_.failed(key, what);
}

Runtime threads_and_time(const Clock& clock) {
  return {[](QueueOptions options, Queue::Work work) -> std::unique_ptr<Queue> {
            return std::make_unique<WorkQueue>(std::move(options), std::move(work));
          },
          [] { return std::chrono::steady_clock::now(); }, clock};
}

}  // namespace haar::fleet
