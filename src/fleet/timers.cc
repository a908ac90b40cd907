#include "fleet/timers.h"

#include <algorithm>

#include "store/key_space.h"

namespace haar::fleet {
namespace {

// Fired in one transaction.
constexpr std::size_t fired_at_once_max = 64;
// A timer further off is looked at again then: the machine may have slept.
constexpr Delay look_again_max{std::chrono::minutes(10)};

store::Key timer_key(Timestamp due, std::string_view kind, const store::Key& key) {
  return store::join(due, kind, key.bytes());
}

}  // namespace

const store::KeySpace<TimerRecord> timers{"fleet/timer"};

void set_timer(store::Txn& txn, Timestamp due, std::string_view kind, const store::Key& key) {
  txn.put(timers, timer_key(due, kind, key), TimerRecord{std::string(kind), key.bytes()});
}

void cancel_timer(store::Txn& txn, Timestamp due, std::string_view kind, const store::Key& key) {
  txn.erase(timers, timer_key(due, kind, key));
}

Timers::Timers(store::Db& db, const Clock& clock, Reconciler& reconciler)
    : db_(db), clock_(clock), reconciler_(reconciler) {}

std::vector<store::Key> Timers::list(const store::Reader&) const { return {store::join(kind_name)}; }

std::optional<store::Key> Timers::concerned(const store::Reader&, const store::Changed& change) const {
  return change.space == timers.name() ? std::optional(store::join(kind_name)) : std::nullopt;
}

Plan Timers::plan(const store::Key&) {
  const store::Reader reader(db_.snapshot());
  const auto earliest = reader.scan(timers, {}).first();
  if (!earliest) return {};
  const std::int64_t wait_micros = earliest->key.number(0) - clock_.now().micros;
  if (wait_micros <= 0) return {{{"fire", [this] { return fire(); }, ""}}, {}};
  // The next whole millisecond: not a moment early.
  return {{}, std::min(look_again_max, Delay(wait_micros / 1000 + 1))};
}

// The looks are asked for before the timers go: what a crash interrupts is fired again.
Result<void> Timers::fire() {
  const store::Reader reader(db_.snapshot());
  const Timestamp now = clock_.now();
  std::vector<store::Key> fired;
  for (const auto& [key, timer] : reader.scan(timers, {})) {
    if (key.number(0) > now.micros || fired.size() == fired_at_once_max) break;
    reconciler_.look(timer.kind, store::Key::from_bytes(timer.key));
    fired.push_back(key);
  }
  const store::Outcome outcome = db_.submit_and_wait([&](store::Txn& txn) {
    for (const store::Key& key : fired) txn.erase(timers, key);
    return txn.touched() ? store::Keep::commit : store::Keep::discard;
  }, {.may_use_reserve = true});
  if (outcome == store::Outcome::committed) {
    failures_ = 0;
    return {};
  }
  return Error{"ServiceUnavailable", "the store cannot take a write now", 503, Fault::receiver};
}

int Timers::note_failure(const store::Key&, const Action&, const Error&) { return ++failures_; }

void Timers::clock_moved() { reconciler_.look(kind_name, store::join(kind_name)); }

}  // namespace haar::fleet
