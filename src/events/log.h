// The event log. A mutation's event is appended in the mutation's own transaction (append); events of
// reads, denials and failures go through a bounded buffer that is flushed within flush_interval (that
// window is what a crash may lose, as docs/decisions says).
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <vector>

#include "base/clock.h"
#include "base/thread.h"
#include "events/record.h"
#include "store/db.h"

namespace haar::events {

inline constexpr int flush_interval_ms = 500;
// Events kept waiting for the next flush; more are counted and dropped (a flood of reads must not
// become a flood of memory).
inline constexpr std::size_t buffered_events_max = 200'000;
// Events in one row of the log.
inline constexpr std::size_t block_events_max = 512;
// CloudTrail's event history covers 90 days.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html
inline constexpr std::int64_t retention_seconds = 90LL * 24 * 3600;
// A log beyond this loses its oldest rows: looked at every minute, so that a flood of reads fills no disk.
inline constexpr std::uint64_t log_bytes_max = 1ULL << 30;
inline constexpr int flushes_between_trims = 60 * 1000 / flush_interval_ms;

// The key of an event at `time`; keys of one process never collide and grow with time.
store::Key next_event_key(Timestamp time);
store::Key event_key_at(Timestamp time);

void append(store::Txn& txn, std::vector<EventRecord> events, Timestamp now);

class Log {
 public:
  Log(store::Db& db, const Clock& clock);
  ~Log() { stop(); }
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  // From any thread; never blocks on the disk.
  void record(EventRecord event);
  // `work` runs in every flush's transaction, `committed` after it: figures aggregated in memory ride along.
  // Before start().
  void on_flush(std::function<void(store::Txn&)> work, std::function<void()> committed) {
    riders_.push_back({std::move(work), std::move(committed)});
  }
  void start();
  // A last flush; what is recorded afterwards is lost. Before the store stops.
  void stop();
  void flush_now();  // returns when what was recorded before is durable (or could not be made so)
  [[nodiscard]] std::uint64_t dropped() const { return dropped_.load(); }

  // Drops what is older than the retention, and the oldest of a log that has grown too large.
  void trim();

 private:
  void run();

  store::Db& db_;
  const Clock& clock_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<EventRecord> waiting_;
  struct Rider {
    std::function<void(store::Txn&)> work;
    std::function<void()> committed;
  };
  std::vector<Rider> riders_;
  std::atomic<std::uint64_t> dropped_{0};
  bool stopping_ = false;
  bool refused_ = false;  // to tell of the first refusal and of the recovery, not of every flush
  Thread thread_;
};

}  // namespace haar::events
