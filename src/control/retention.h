// Erases what is over: answers that idempotency tokens stand for, requests and tasks that AWS shows for some days, events
// beyond their retention. A kind of the fleet with one resource, looked at when a durable timer is due: every hour of
// haar's clock, so that `haar advance` moves it.
#pragma once

#include <atomic>
#include <functional>
#include <string_view>
#include <vector>

#include "events/log.h"
#include "fleet/kind.h"
#include "store/db.h"

namespace haar::control {

inline constexpr std::int64_t retention_interval_seconds = 3600;
// Erased in one transaction, which takes 128 writes.
inline constexpr std::size_t forgotten_at_once_max = 100;

// One kind of record that goes when it is over.
struct Retained {
  std::string_view name;  // of the key space
  // At most so many keys of what is over.
  std::function<std::vector<store::Key>(const store::Reader&, Timestamp now, std::size_t most)> forgotten;
  std::function<void(store::Txn&, const store::Key&)> erase;
};
// All that haar has.
std::vector<Retained> retained_records();

class Retention final : public fleet::Kind {
 public:
  static constexpr std::string_view kind_name = "retention";

  Retention(store::Db& db, events::Log& log, const Clock& clock, std::vector<Retained> records);

  [[nodiscard]] std::string_view name() const override { return kind_name; }
  [[nodiscard]] std::string group_of(const store::Key&) const override { return ""; }
  [[nodiscard]] std::vector<store::Key> list(const store::Reader& reader) const override;
  // Only time makes something old.
  [[nodiscard]] std::optional<store::Key> concerned(const store::Reader&, const store::Changed&) const override { return {}; }
  fleet::Plan plan(const store::Key& key) override;
  // Kept in memory: what fails here is that the store takes no write.
  int note_failure(const store::Key&, const fleet::Action&, const Error&) override { return ++failures_; }

 private:
  Result<void> erase(const Retained& records);
  Result<void> finish(Timestamp now);
  Result<void> transact(const std::function<void(store::Txn&)>& work);

  store::Db& db_;
  events::Log& log_;
  const Clock& clock_;
  const std::vector<Retained> records_;
  std::atomic<std::int64_t> next_micros_{0};  // when the timer that was set last is due; 0: this haar has set none
  std::atomic<int> failures_{0};
};

}  // namespace haar::control
