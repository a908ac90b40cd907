// What backends share: generations, and the recent changes that changes() answers from.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "store/backend.h"

namespace haar::store {

inline constexpr std::size_t history_changes_max = 4096;
inline constexpr std::size_t history_bytes_max = 4u << 20;

// The generations' revisions. Not thread-safe.
class Generations {
 public:
  // What was never moved here counts as moved at `floor`.
  explicit Generations(Revision floor) : floor_(floor) {}
  void move(const Transaction& transaction, Revision revision);
  // Whether all that the transaction read is as it was.
  [[nodiscard]] bool hold(const Transaction& transaction) const;

 private:
  [[nodiscard]] Revision last_moved(std::string_view prefix) const;

  Revision floor_;
  std::map<std::string, Revision, std::less<>> last_;
};

// The last changes, bounded in number and bytes. Thread-safe.
class History {
 public:
  explicit History(Revision begin) : compacted_(begin), newest_(begin) {}
  // The changes of one commit, once it is durable.
  void add(Revision revision, std::vector<Change> changes);
  [[nodiscard]] Changes read(std::string_view space, std::string_view prefix, Revision after, std::size_t limit) const;
  [[nodiscard]] Revision newest() const;
  Revision wait_beyond(Revision after, std::chrono::milliseconds time);
  void compact();

 private:
  mutable std::mutex mutex_;
  std::condition_variable moved_;
  Revision compacted_;  // changes up to here are forgotten
  Revision newest_;
  std::size_t bytes_ = 0;
  std::deque<Change> changes_;
};

// Of the transaction's writes, those that are not of logs, as of `revision`.
std::vector<Change> changes_of(const Transaction& transaction, Revision revision);
// Asserts that a caller has kept the limits.
void check_limits(const Transaction& transaction, const Limits& limits);
// And that it writes each key at most once: dear, so for tests' backends.
void check_transaction(const Transaction& transaction, const Limits& limits);

}  // namespace haar::store
