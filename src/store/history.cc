#include "store/history.h"

#include <algorithm>
#include <cassert>
#include <set>
#include <utility>

namespace haar::store {
namespace {

std::size_t size_of(const Change& change) {
  return change.space.size() + change.key.size() + (change.value ? change.value->size() : 0);
}

}  // namespace

std::string_view outcome_name(Outcome outcome) {
  switch (outcome) {
    case Outcome::committed: return "committed";
    case Outcome::conflict: return "conflict";
    case Outcome::unavailable: return "unavailable";
    case Outcome::too_large: return "too large";
    case Outcome::unknown: return "unknown";
  }
  return "unknown";
}

void Generations::move(const Transaction& transaction, Revision revision) {
  for (const std::string& name : transaction.generations) last_[name] = revision;
}

bool Generations::hold(const Transaction& transaction) const {
  return std::all_of(transaction.generation_reads.begin(), transaction.generation_reads.end(),
                     [this](const GenerationRead& read) { return last_moved(read.prefix) <= read.at; });
}

Revision Generations::last_moved(std::string_view prefix) const {
  Revision newest = floor_;
  for (auto at = last_.lower_bound(prefix); at != last_.end() && at->first.starts_with(prefix); ++at) {
    newest = std::max(newest, at->second);
  }
  return newest;
}

void History::add(Revision revision, std::vector<Change> changes) {
  {
    const std::lock_guard lock(mutex_);
    assert(revision == newest_ + 1);
    newest_ = revision;
    for (Change& change : changes) {
      bytes_ += size_of(change);
      changes_.push_back(std::move(change));
    }
    // Whole commits are forgotten, never half of one.
    while (changes_.size() > history_changes_max || bytes_ > history_bytes_max) {
      compacted_ = changes_.front().revision;
      while (!changes_.empty() && changes_.front().revision == compacted_) {
        bytes_ -= size_of(changes_.front());
        changes_.pop_front();
      }
    }
  }
  moved_.notify_all();
}

Changes History::read(std::string_view space, std::string_view prefix, Revision after, std::size_t limit) const {
  const std::lock_guard lock(mutex_);
  Changes out;
  out.through = after;
  if (after > newest_) {
    out.status = Changes::Status::gap;
    return out;
  }
  if (after < compacted_) {
    out.status = Changes::Status::compacted;
    return out;
  }
  for (const Change& change : changes_) {
    if (change.revision <= after) continue;
    if (change.revision > out.through) {
      if (out.changes.size() >= limit) return out;
      out.through = change.revision;
    }
    if ((space.empty() || change.space == space) && change.key.starts_with(prefix)) out.changes.push_back(change);
  }
  out.through = newest_;
  return out;
}

Revision History::newest() const {
  const std::lock_guard lock(mutex_);
  return newest_;
}

Revision History::wait_beyond(Revision after, std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  moved_.wait_for(lock, time, [&] { return newest_ > after; });
  return newest_;
}

void History::compact() {
  const std::lock_guard lock(mutex_);
  changes_.clear();
  bytes_ = 0;
  compacted_ = newest_;
}

std::vector<Change> changes_of(const Transaction& transaction, Revision revision) {
  std::vector<Change> out;
  for (const Write& write : transaction.writes) {
    if (!write.log) out.push_back({write.space, write.key, write.value, revision});
  }
  return out;
}

void check_limits(const Transaction& transaction, const Limits& limits) {
  assert(transaction.writes.size() + transaction.generations.size() <= limits.operations_max);
  assert(transaction.key_reads.size() + transaction.generation_reads.size() <= limits.compares_max);
  std::size_t bytes = 0;
  for (const std::string& name : transaction.generations) bytes += name.size();
  for (const GenerationRead& read : transaction.generation_reads) bytes += read.prefix.size();
  for (const KeyRead& read : transaction.key_reads) bytes += read.key.size();
  for (const Write& write : transaction.writes) bytes += write.key.size() + (write.value ? write.value->size() : 0);
  assert(bytes <= limits.bytes_max);
}

void check_transaction(const Transaction& transaction, const Limits& limits) {
  check_limits(transaction, limits);
  std::set<std::pair<std::string_view, std::string_view>> keys;
  for (const Write& write : transaction.writes) {
    const bool first = keys.emplace(write.space, write.key).second;
    assert(first && "a transaction writes a key at most once");
  }
}

}  // namespace haar::store
