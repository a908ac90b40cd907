#include "fleet/engine_health.h"

#include <utility>

#include "fleet/guarded.h"

namespace haar::fleet {

EngineHealth::EngineHealth(const Runtime& runtime, Options options, Changed changed)
    : ticks_(runtime.ticks),
      options_(std::move(options)),
      changed_(std::move(changed)),
      queue_(runtime.queue({options_.name, options_.threads_max, options_.at_once_per_account,
              [](const std::string& key) { return key.substr(0, key.find('/')); },
              [this](const std::string& key, std::string_view) { queue_->add(key, options_.interval); }},
             [this](const std::string& key) { probe(key); })) {}

void EngineHealth::watch(const std::string& id, const std::string& account, Check check) {
  {
    const std::lock_guard lock(mutex_);
    engines_[id] = {account, std::move(check), ++generation_, false, false, false, 0, ticks_()};
  }
  queue_->add(account + "/" + id, options_.interval);
}

void EngineHealth::forget(const std::string& id) {
  const std::lock_guard lock(mutex_);
  engines_.erase(id);
}

bool EngineHealth::ready(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto known = engines_.find(id);
  return known != engines_.end() && known->second.ready;
}

bool EngineHealth::watched(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  return engines_.contains(id);
}

bool EngineHealth::came_up(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto known = engines_.find(id);
  return known != engines_.end() && known->second.came_up;
}

std::optional<Ticks> EngineHealth::silent_since(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto known = engines_.find(id);
  if (known == engines_.end() || known->second.ready) return std::nullopt;
  return known->second.silent_since;
}

Result<void> EngineHealth::ask(const std::string& id, Milliseconds timeout) {
  Check check;
  std::uint64_t generation = 0;
  {
    const std::lock_guard lock(mutex_);
    const auto known = engines_.find(id);
    if (known == engines_.end()) return Error{"EngineNotReady", id + " does not run", 503, Fault::receiver};
    if (std::exchange(known->second.asked, true))
      return Error{"EngineNotReady", id + " is being asked just now", 503, Fault::receiver};
    check = known->second.check;
    generation = known->second.generation;
  }
  Result<void> answer = guarded([&] { return check(timeout); });
  // haar is being stopped: that says nothing about the engine.
  const bool stopping = !answer.ok() && answer.error().code == "Stopping";
  note(id, generation, stopping ? std::nullopt : std::optional(answer.ok()));
  return answer;
}

void EngineHealth::note(const std::string& id, std::uint64_t generation, std::optional<bool> answer) {
  bool turned = false;
  {
    const std::lock_guard lock(mutex_);
    const auto known = engines_.find(id);
    if (known == engines_.end() || known->second.generation != generation) return;
    Engine& engine = known->second;
    engine.asked = false;
    if (!answer) return;
    engine.failures = *answer ? 0 : engine.failures + 1;
    const bool ready = *answer || (engine.ready && engine.failures < options_.failures);
    turned = ready != engine.ready;
    if (turned && !ready) engine.silent_since = ticks_();
    engine.ready = ready;
    engine.came_up = engine.came_up || ready;
  }
  if (turned && changed_) changed_(id);
}

void EngineHealth::probe(const std::string& key) {
  const std::string id = key.substr(key.find('/') + 1);
  (void)ask(id, options_.timeout).ok();
  bool in_doubt = false;
  {
    const std::lock_guard lock(mutex_);
    const auto known = engines_.find(id);
    if (known == engines_.end()) return;
    in_doubt = known->second.ready && known->second.failures > 0;
  }
  queue_->add(key, in_doubt ? options_.interval_in_doubt : options_.interval);
}

}  // namespace haar::fleet
