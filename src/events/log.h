// The event log. A mutation's events are appended in the mutation's own transaction (append); events of reads, denials
// and failures wait in memory, each thread's in a buffer of its own. A flush, every half second, moves both into blocks
// of one account and region, with the rows that they are looked up by (what a crash may lose:
// docs/decisions/2026-11-20-events-window.md).
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/thread.h"
#include "events/lookup.h"
#include "events/record.h"
#include "events/retention.h"
#include "events/waiting.h"
#include "store/db.h"

namespace haar::events {

inline constexpr int flush_interval_ms = 500;
// By Clock: where its time is moved, the log is swept at once. A flood of reads must not fill the disk until a longer
// interval is over.
inline constexpr std::int64_t sweep_interval_seconds = 60;

// In the transaction of what they tell of.
void append(store::Txn& txn, const std::vector<WrittenEvent>& events, Timestamp now);

class Log {
 public:
  Log(store::Db& db, const Clock& clock, Bounds bounds = {});
  ~Log() { stop(); }
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  // From any thread; waits for no disk and for no other thread's events.
  void record(const WrittenEvent& event) { waiting_.add(event.bytes); }
  void record(const EventRecord& event) { record(written(event)); }
  // `work` runs with every flush, `committed` after it: figures aggregated in memory ride along. Before start().
  void on_flush(std::function<void(store::Txn&)> work, std::function<void()> committed) {
    riders_.push_back({std::move(work), std::move(committed)});
  }
  void start();
  // A last flush; what is recorded afterwards is lost. Before the store stops.
  void stop();
  void flush_now();  // returns when what was recorded before is durable (or could not be made so)
  [[nodiscard]] std::uint64_t dropped() const { return waiting_.dropped(); }

  // What was flushed; of what was recorded before, everything if flush_now() is called first.
  [[nodiscard]] Result<Page> look_up(const Query& query) const { return events::look_up(db_, query); }

  // Erases what is too old or too much, in bounded steps; false: there is more, and the next flush goes on with it.
  bool sweep();

 private:
  struct Rider {
    std::function<void(store::Txn&)> work;
    std::function<void()> committed;
  };
  class Flush;
  void run();
  void sweep_when_due();

  store::Db& db_;
  const Clock& clock_;
  const Bounds bounds_;
  Waiting waiting_;
  std::vector<Rider> riders_;

  std::mutex flush_mutex_;  // one flush at a time
  std::vector<Waiting::Taken> refused_;  // that could not be stored, and waits until it can be

  std::mutex sweep_mutex_;  // one sweep at a time
  std::atomic<std::int64_t> sweep_due_micros_;

  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  Thread thread_;
};

}  // namespace haar::events
