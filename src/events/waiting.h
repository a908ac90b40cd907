// Events that wait for the next flush: each thread writes into a buffer of its own, so that no request waits for another.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "events/record.h"

namespace haar::events {

// What may wait; more is counted and dropped, so that a flood of reads does not become a flood of memory.
inline constexpr std::int64_t waiting_events_max = 200'000;
inline constexpr std::int64_t waiting_bytes_max = 256LL << 20;

class Waiting {
 public:
  // Events as write_event writes them, each behind its length.
  struct Taken {
    std::string bytes;
    std::int64_t events = 0;
  };

  // False: there is no room.
  bool add(std::string_view event);
  // What waits, of all threads.
  std::vector<Taken> take();
  // What was taken is stored, or dropped: there is room for as much again.
  void release(std::int64_t events, std::int64_t bytes);
  // The memory of what was taken, for what comes before the next but one flush: new memory costs more than writing to it.
  void give_back(Taken&& taken);
  [[nodiscard]] std::uint64_t dropped() const { return dropped_.load(); }
  void count_dropped(std::uint64_t events) { dropped_.fetch_add(events); }

  static void append(std::string& bytes, std::string_view event);
  // The events in `bytes`, views into it.
  static std::vector<std::string_view> split(std::string_view bytes);

 private:
  struct Buffer {
    std::mutex mutex;  // of its thread and the flush alone
    Taken waiting;
    std::int64_t events_left = 0, bytes_left = 0;  // of what was reserved for it
  };
  Buffer& mine();
  bool reserve(Buffer& buffer);

  const std::uint64_t id_ = next_id_.fetch_add(1);
  const std::shared_ptr<int> alive_ = std::make_shared<int>(0);
  std::mutex mutex_;  // the list of buffers: when a thread adds its first event, and at a flush
  std::vector<std::shared_ptr<Buffer>> buffers_;
  std::vector<std::string> spare_;  // given back since the last flush
  std::atomic<std::int64_t> events_{0}, bytes_{0};  // reserved by buffers, and taken but not released
  std::atomic<std::uint64_t> dropped_{0};
  static inline std::atomic<std::uint64_t> next_id_{1};
};

}  // namespace haar::events
