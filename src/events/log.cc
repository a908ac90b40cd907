#include "events/log.h"

#include <algorithm>
#include <chrono>
#include <future>
#include <memory>
#include <span>
#include <utility>

#include "base/log.h"
#include "base/loop_guard.h"
#include "events/blocks.h"

namespace haar::events {
namespace {

// Rows of the outbox that one flush's works are made from at a time.
constexpr std::size_t outbox_rows_at_once = 1000;
// Works in the store's queue at a time, so that there is room for requests.
constexpr std::size_t pieces_at_once = 64;
// Events in one row of the outbox.
constexpr std::size_t row_events_max = 16;

bool same_shelf(const WrittenEvent& a, const WrittenEvent& b) { return a.account == b.account && a.region == b.region; }

}  // namespace

void append(store::Txn& txn, const std::vector<WrittenEvent>& events, Timestamp now) {
  std::vector<std::string_view> row;
  for (std::size_t i = 0; i < events.size(); ++i) {
    row.push_back(events[i].bytes);
    // A row moves as a whole, so it is of one account and region.
    const bool last = i + 1 == events.size() || !same_shelf(events[i], events[i + 1]) || row.size() == row_events_max;
    if (!last) continue;
    const store::Key key = store::join(events[i].account, events[i].region, now, next_sequence());
    txn.append(event_outbox, key, EventBlock{std::exchange(row, {})});
  }
}

// One flush: what waits in memory and in the outbox, as works for the store.
class Log::Flush {
 public:
  explicit Flush(Log& log) : log_(log) {}
  Flush(const Flush&) = delete;
  // After an exception: what was submitted looks at what is here; and what is not known to be stored counts as dropped.
  ~Flush() {
    for (Answer& answer : answers_) answer.wait();
    for (const Waiting::Taken& taken : waiting_) log_.waiting_.count_dropped(static_cast<std::uint64_t>(taken.events));
    settle();
  }

  void run() {
    waiting_ = std::exchange(log_.refused_, {});
    for (Waiting::Taken& taken : log_.waiting_.take()) waiting_.push_back(std::move(taken));
    for (const Rider& rider : log_.riders_) submit_rider(rider);
    std::vector<Unit> units;
    for (const Waiting::Taken& taken : waiting_) {
      for (const std::string_view event : Waiting::split(taken.bytes)) add_units({&event, 1}, units);
    }
    for (bool more = true; more; units.clear()) {
      rows_ = read_outbox();
      more = rows_.size() == outbox_rows_at_once;
      for (const store::Entry& row : rows_) add_row(row, units);
      pieces_ = pieces_of(std::move(units));
      if (!store_all()) break;
    }
    settle();
    for (const Rider* rider : waited_for_riders()) rider->committed();
  }

 private:
  using Answer = std::shared_future<store::Outcome>;

  Answer submit(store::Db::Work work) {
    auto promise = std::make_shared<std::promise<store::Outcome>>();
    Answer answer = promise->get_future().share();
    const auto done = [promise](store::Outcome outcome) { promise->set_value(outcome); };
    answers_.push_back(answer);
    if (!log_.db_.submit(std::move(work), done)) promise->set_value(store::Outcome::unavailable);
    return answer;
  }

  void submit_rider(const Rider& rider) {
    riders_.emplace_back(&rider, submit([&rider](store::Txn& txn) {
      rider.work(txn);
      return txn.touched() ? store::Keep::commit : store::Keep::discard;
    }));
  }

  std::vector<const Rider*> waited_for_riders() {
    std::vector<const Rider*> out;
    for (auto& [rider, answer] : riders_) {
      if (answer.get() == store::Outcome::committed) out.push_back(rider);
    }
    return out;
  }

  std::vector<store::Entry> read_outbox() {
    Result<std::vector<store::Entry>> rows = log_.db_.read_log(event_outbox, {}, {}, outbox_rows_at_once, false);
    if (rows.ok()) return std::move(rows).value();
    log_warning("the events of mutations wait: they cannot be read", {{"reason", rows.error().message}});
    return {};
  }

  // Versions before the blocks mixed accounts and regions in a row: the last of its units takes the row along.
  void add_row(const store::Entry& row, std::vector<Unit>& units) {
    const Result<EventBlock> block = store::decode<EventBlock>(row.value);
    if (row.damaged || !block.ok() || add_units(block->events, units) == 0) {
      unreadable_.push_back(submit([key = store::Key::from_bytes(row.key), revision = row.revision](store::Txn& txn) {
        return txn.erase(event_outbox, key, revision), store::Keep::commit;
      }));
      return;
    }
    units.back().outbox = store::Key::from_bytes(row.key);
    units.back().outbox_revision = row.revision;
  }

  // False: something could not be stored.
  bool store_all() {
    bool all = true;
    for (std::size_t first = 0; first < pieces_.size(); first += pieces_at_once) {
      const std::size_t count = std::min(pieces_at_once, pieces_.size() - first);
      all = store_some(std::span(pieces_).subspan(first, count)) && all;
    }
    for (Answer& answer : unreadable_) all = answer.get() == store::Outcome::committed && all;
    unreadable_.clear();
    answers_.erase(answers_.begin() + static_cast<std::ptrdiff_t>(riders_.size()), answers_.end());
    return all;
  }

  bool store_some(std::span<const Piece> pieces) {
    std::vector<Answer> answers;
    for (const Piece& piece : pieces) {
      answers.push_back(submit([&piece](store::Txn& txn) { return piece.write(txn), store::Keep::commit; }));
    }
    bool all = true;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      const store::Outcome outcome = answers[i].get();
      if (outcome == store::Outcome::committed) continue;
      all = false;
      // A conflict: another has moved what the outbox held.
      if (outcome == store::Outcome::unavailable || outcome == store::Outcome::conflict) keep(pieces[i]);
      else count_dropped(pieces[i]);
    }
    return all;
  }

  // What the outbox holds stays there; what came from memory goes back.
  void keep(const Piece& piece) {
    for (const Unit& unit : piece.units) {
      if (unit.outbox) continue;
      for (const Unit::Event& event : unit.events) {
        Waiting::append(kept_.bytes, event.bytes);
        ++kept_.events;
      }
    }
  }
  void count_dropped(const Piece& piece) {
    log_error("events could not be stored and are lost", {{"events", std::to_string(piece.block.events.size())}});
    log_.waiting_.count_dropped(piece.block.events.size());
  }

  void settle() {
    std::int64_t events = -kept_.events, bytes = -static_cast<std::int64_t>(kept_.bytes.size());
    for (const Waiting::Taken& taken : waiting_) {
      events += taken.events;
      bytes += static_cast<std::int64_t>(taken.bytes.size());
    }
    log_.waiting_.release(events, bytes);
    for (Waiting::Taken& taken : waiting_) log_.waiting_.give_back(std::move(taken));
    waiting_.clear();
    if (kept_.events > 0) log_.refused_.push_back(std::exchange(kept_, {}));
  }

  Log& log_;
  std::vector<Waiting::Taken> waiting_;
  std::vector<store::Entry> rows_;  // of the outbox
  std::vector<Piece> pieces_;       // that view into both
  Waiting::Taken kept_;
  std::vector<std::pair<const Rider*, Answer>> riders_;
  std::vector<Answer> unreadable_;
  std::vector<Answer> answers_;  // of all that was submitted, the riders' first
};

Log::Log(store::Db& db, const Clock& clock, Bounds bounds)
    : db_(db), clock_(clock), bounds_(bounds), sweep_due_micros_(clock.now().micros) {}

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

void Log::flush_now() {
  const std::lock_guard lock(flush_mutex_);
  const bool refused_before = !refused_.empty();
  Flush(*this).run();
  if (refused_before && refused_.empty()) log_info("events are stored again");
  if (!refused_before && !refused_.empty()) log_warning("events could not be stored and wait until they can be");
}

bool Log::sweep() {
  const std::lock_guard lock(sweep_mutex_);
  const Timestamp now = clock_.now();
  const Result<bool> done = events::sweep(db_, now, bounds_);
  if (!done.ok()) log_warning("old events could not be erased", {{"reason", done.error().message}});
  const bool more = done.ok() && !*done;
  sweep_due_micros_ = now.plus_seconds(more ? 0 : sweep_interval_seconds).micros;
  return !more;
}

void Log::sweep_when_due() {
  if (clock_.now().micros >= sweep_due_micros_) sweep();
}

void Log::run() {
  LoopGuard guard("haar-events");
  for (bool last = false; !last;) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, std::chrono::milliseconds(flush_interval_ms), [this] { return stopping_; });
      last = stopping_;
    }
    guard.turn([this] { flush_now(); });
    if (!last) guard.turn([this] { sweep_when_due(); });
    guard.rest();
  }
}

}  // namespace haar::events
