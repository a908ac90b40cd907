#include "events/log.h"

#include <chrono>
#include <limits>
#include <utility>

#include "base/log.h"
#include "base/loop_guard.h"

namespace haar::events {

store::Key event_key_at(Timestamp time) { return store::join(time); }

store::Key next_event_key(Timestamp time) {
  static std::atomic<std::uint64_t> sequence{0};
  // The sequence starts from the moment, so that a restarted process does not meet its own old keys.
  static const std::uint64_t start = static_cast<std::uint64_t>(SystemClock{}.wall().micros);
  return store::join(time, start + sequence.fetch_add(1));
}

void append(store::Txn& txn, std::vector<EventRecord> events, Timestamp now) {
  EventBlock block;
  for (EventRecord& event : events) {
    block.events.push_back(std::move(event));
    if (block.events.size() == block_events_max) txn.append(event_log, next_event_key(now), std::exchange(block, {}));
  }
  if (!block.events.empty()) txn.append(event_log, next_event_key(now), std::move(block));
}

Log::Log(store::Db& db, const Clock& clock) : db_(db), clock_(clock) {}

void Log::start() {
  thread_ = Thread("haar-events", [this] { run(); });
}

void Log::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void Log::record(EventRecord event) {
  const std::lock_guard lock(mutex_);
  if (waiting_.size() >= buffered_events_max) {
    dropped_.fetch_add(1);
    return;
  }
  waiting_.push_back(std::move(event));
}

void Log::flush_now() {
  std::vector<EventRecord> events;
  {
    const std::lock_guard lock(mutex_);
    events.swap(waiting_);
  }
  if (events.empty() && riders_.empty()) return;
  const Timestamp now = clock_.now();
  const store::Outcome outcome = db_.submit_and_wait([&](store::Txn& txn) {
    append(txn, events, now);  // a copy: the work may run again after a conflict
    for (const Rider& rider : riders_) rider.work(txn);
    return txn.touched() ? store::Keep::commit : store::Keep::discard;
  });
  if (outcome == store::Outcome::committed) {
    if (std::exchange(refused_, false)) log_info("events are stored again");
    for (const Rider& rider : riders_) rider.committed();
    return;
  }
  if (events.empty()) return;
  const std::lock_guard lock(mutex_);
  if (!std::exchange(refused_, true)) log_warning("events could not be stored and wait until they can be");
  if (waiting_.size() + events.size() > buffered_events_max) {
    dropped_.fetch_add(events.size());
    return;
  }
  waiting_.insert(waiting_.begin(), std::make_move_iterator(events.begin()), std::make_move_iterator(events.end()));
}

void Log::trim() {
  const Result<store::LogUsage> usage = db_.log_usage(event_log);
  if (!usage.ok()) return log_warning("the size of the event log is not known", {{"reason", usage.error().message}});
  const bool too_large = usage->bytes > log_bytes_max;
  // Rows are of many sizes; the share that fits is near enough, and the next look is a minute away.
  const std::uint64_t rows_max =
      too_large ? usage->rows * (log_bytes_max >> 10) / (usage->bytes >> 10) : std::numeric_limits<std::uint64_t>::max();
  const Timestamp oldest = clock_.now().plus_seconds(-retention_seconds);
  const Result<std::uint64_t> trimmed = db_.trim_log(event_log, event_key_at(oldest), rows_max);
  if (!trimmed.ok()) log_warning("old events could not be trimmed", {{"reason", trimmed.error().message}});
}

void Log::run() {
  LoopGuard guard("haar-events");
  int flushes = 0;
  for (bool last = false; !last;) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, std::chrono::milliseconds(flush_interval_ms), [this] { return stopping_; });
      last = stopping_;
    }
    guard.turn([this] { flush_now(); });
    if (flushes++ % flushes_between_trims == 0 && !last) guard.turn([this] { trim(); });
    guard.rest();
  }
}

}  // namespace haar::events
