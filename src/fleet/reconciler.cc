#include "fleet/reconciler.h"

#include <algorithm>
#include <cassert>
#include <optional>
#include <set>

#include "base/log.h"
#include "fleet/guarded.h"

namespace haar::fleet {
namespace {

// Threads are started as they are needed; an account never has more than its share of them.
constexpr std::size_t threads_max = 32, at_once_per_account = 6;
// Then others have their turn.
constexpr int looks_in_a_row_max = 16;
// What is on its way is looked at again after others had their turn.
constexpr Delay look_again_soon{50};
// Of a look that threw: it is no action that could be counted.
constexpr int failures_when_thrown = 5;
constexpr Delay back_off_first{200}, back_off_max{30'000};
constexpr int doublings_max = 8;

std::string queue_key_of(std::string_view kind, const store::Key& key) { return std::string(kind) + "/" + key.bytes(); }

std::string milliseconds_between(Ticks began, Ticks ended) {
  return std::to_string(std::chrono::duration_cast<Delay>(ended - began).count());
}

}  // namespace

Reconciler::Reconciler(const Runtime& runtime, store::Db& db) : db_(db), ticks_(runtime.ticks) {
  QueueOptions options;
  options.name = "haar-fleet";
  options.threads_max = threads_max;
  options.at_once_per_group = at_once_per_account;
  options.group_of = [this](const std::string& queue_key) {
    const auto [kind, key] = parse(queue_key);
    return kind == nullptr ? std::string() : kind->group_of(key);
  };
  options.failed = [this](const std::string& queue_key, std::string_view) {
    queue_->add(queue_key, back_off(failures_when_thrown));
  };
  queue_ = runtime.queue(std::move(options), [this](const std::string& queue_key) { work(queue_key); });
}

void Reconciler::add(Kind& kind) {
  assert(kind.name().find('/') == std::string_view::npos && "the name ends at the first slash of a key");
  kinds_[std::string(kind.name())] = &kind;
}

void Reconciler::start() {
  const store::Reader reader(db_.snapshot());
  for (const auto& [name, kind] : kinds_) {
    for (const store::Key& key : kind->list(reader)) look(name, key);
  }
}

void Reconciler::stop() { queue_->stop(); }

void Reconciler::changed(const std::vector<store::Changed>& changes) {
  const store::Reader reader(db_.snapshot());
  for (const store::Changed& change : changes) {
    for (const auto& [name, kind] : kinds_) {
      if (const std::optional<store::Key> key = kind->concerned(reader, change)) look(name, *key);
    }
  }
}

void Reconciler::look(std::string_view kind, const store::Key& key, Delay after) {
  queue_->add(queue_key_of(kind, key), after);
}

std::pair<Kind*, store::Key> Reconciler::parse(const std::string& queue_key) const {
  const std::size_t slash = queue_key.find('/');
  const auto found = kinds_.find(std::string_view(queue_key).substr(0, slash));
  if (found == kinds_.end()) return {nullptr, {}};
  return {found->second, store::Key::from_bytes(queue_key.substr(slash + 1))};
}

Delay Reconciler::back_off(int failures) {
  return std::min(back_off_max, back_off_first * (1 << std::clamp(failures - 1, 0, doublings_max)));
}

void Reconciler::work(const std::string& queue_key) {
  const auto [kind, key] = parse(queue_key);
  if (kind == nullptr) return;
  for (int i = 0; i < looks_in_a_row_max; ++i) {
    const Plan plan = kind->plan(key);
    if (plan.actions.empty()) {
      if (plan.look_again) queue_->add(queue_key, *plan.look_again);
      return;
    }
    if (!perform(*kind, key, queue_key, plan)) return;
  }
  queue_->add(queue_key);
}

bool Reconciler::perform(Kind& kind, const store::Key& key, const std::string& queue_key, const Plan& plan) {
  std::set<std::string> stuck;  // subjects
  std::optional<Delay> again;
  for (const Action& action : plan.actions) {
    if (stuck.contains(action.subject)) continue;
    const Ticks began = ticks_();
    const Result<void> done = guarded(action.perform);
    log_debug("an action of the fleet", {{"kind", std::string(kind.name())}, {"key", key.text()},
                                         {"action", std::string(action.name)}, {"subject", action.subject},
                                         {"milliseconds", milliseconds_between(began, ticks_())}});
    if (done.ok()) continue;
    if (done.error().code == "Stopping") return false;  // the next haar goes on
    Delay after = plan.look_again.value_or(look_again_soon);
    if (!is_waiting(done.error())) {
      log_warning("an action of the fleet failed",
                  {{"kind", std::string(kind.name())}, {"key", key.text()}, {"action", std::string(action.name)},
                   {"subject", action.subject}, {"reason", done.error().message}});
      after = back_off(kind.note_failure(key, action, done.error()));
    }
    again = again ? std::min(*again, after) : after;
    if (action.subject.empty()) break;
    stuck.insert(action.subject);
  }
  if (again) queue_->add(queue_key, *again);
  return !again;
}

}  // namespace haar::fleet
