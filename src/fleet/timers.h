// What is to happen at a certain time, durably: a look at a resource (a window, an expiry, a retention, a sweep). A timer
// is a record, so it survives a restart, and is driven by Clock, so that `haar advance` moves it.
//
// A timer says only "look": what is due is for the kind's plan to find, from the records and the time. A timer that fires
// twice, or too early, so does no harm, and one that was lost in a crash is made up for by the look at every start.
#pragma once

#include <atomic>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "fleet/kind.h"
#include "fleet/queue.h"
#include "fleet/reconciler.h"
#include "store/db.h"
#include "store/space.h"

namespace haar::fleet {

// Key: (due, kind, key). The earliest comes first.
struct TimerRecord {
  static constexpr std::string_view record_name = "fleet.timer";
  static constexpr std::uint32_t record_version = 1;

  std::string kind;
  std::string key;  // the resource's, as Key::bytes()

  template <class V>
  void fields(V& v) { v(1, kind); v(2, key); }
};
extern const store::KeySpace<TimerRecord> timers;

// In the transaction that knows of the time. Setting the same one again changes nothing.
void set_timer(store::Txn& txn, Timestamp due, std::string_view kind, const store::Key& key);
void cancel_timer(store::Txn& txn, Timestamp due, std::string_view kind, const store::Key& key);

// Fires what is due. A kind of the reconciler itself, with one key: it looks again when the earliest timer is due, when
// the timers change, and when the clock has been moved.
class Timers : public Kind {
 public:
  static constexpr std::string_view kind_name = "timers";

  Timers(store::Db& db, const Clock& clock, Reconciler& reconciler);

  [[nodiscard]] std::string_view name() const override { return kind_name; }
  [[nodiscard]] std::string group_of(const store::Key&) const override { return ""; }
  [[nodiscard]] std::vector<store::Key> list(const store::Reader& reader) const override;
  [[nodiscard]] std::optional<store::Key> concerned(const store::Reader& reader,
                                                    const store::Changed& change) const override;
  Plan plan(const store::Key& key) override;
  int note_failure(const store::Key& key, const Action& action, const Error& error) override;
  // The clock has been moved.
  void clock_moved();

 private:
  Result<void> fire();

  store::Db& db_;
  const Clock& clock_;
  Reconciler& reconciler_;
  std::atomic<int> failures_{0};
};

}  // namespace haar::fleet
