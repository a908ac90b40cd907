#include "fleet/sim/machine.h"

#include <utility>

namespace haar::fleet::sim {
namespace {

Error error(const char* code, const std::string& id, const char* what) {
  return {code, id + " " + what, 500, Fault::receiver};
}

}  // namespace

class SimEngine final : public Engine {
 public:
  SimEngine(Machine& machine, std::string id) : Engine(std::move(id)), machine_(machine) {}

  [[nodiscard]] bool running() const override { return machine_.adopted_.contains(id()) && process() != nullptr; }

  Result<bool> adopt() override {
    if (process() == nullptr) return false;
    machine_.adopted_.insert(id());
    return true;
  }

  Result<void> create() override {
    return call("create", [&]() -> Result<void> {
      if (process() != nullptr) {
        machine_.violations_.push_back("the volume of " + id() + " is replaced under its engine");
        return error("EngineAlreadyRunning", id(), "is running");
      }
      machine_.instances_[id()] = Instance{};
      machine_.instances_[id()].has_volume = true;
      return {};
    });
  }

  Result<void> start(Role role, Epoch epoch) override {
    return call("start", [&]() -> Result<void> {
      if (process() != nullptr) return error("EngineAlreadyRunning", id(), "is running");
      const auto found = machine_.instances_.find(id());
      if (found == machine_.instances_.end() || !found->second.has_volume) {
        machine_.violations_.push_back(id() + " is started without a volume");
        return error("EngineStartFailed", id(), "has no volume");
      }
      if (epoch < found->second.epoch) {
        machine_.violations_.push_back(id() + " is started in an epoch that is over");
        return error("EngineFenced", id(), "has gone on to another epoch");
      }
      const Fate fate = machine_.hooks_.fate(id());
      if (fate.disk_full) return error("EngineStartFailed", id(), "finds no room on the disk");
      const Ticks now = machine_.hooks_.ticks();
      found->second.epoch = epoch;
      found->second.process = Instance::Process{
          role, now + fate.answers_after, fate.hangs,
          fate.dies_after ? std::optional(now + *fate.dies_after) : std::nullopt, found->second.parameters};
      machine_.adopted_.insert(id());
      return {};
    });
  }

  Result<void> ready(Milliseconds patience) override {
    const Ticks deadline = machine_.hooks_.ticks() + patience;
    machine_.pass_time();
    const Instance::Process* found = process();
    if (found == nullptr) return error("EngineStartFailed", id(), "ended while it was starting");
    const Ticks until = found->hangs || found->answers_at > deadline ? deadline : found->answers_at;
    if (const Ticks now = machine_.hooks_.ticks(); until > now)
      machine_.hooks_.sleep(std::chrono::duration_cast<Delay>(until - now));
    machine_.pass_time();
    found = process();
    if (found == nullptr) return error("EngineStartFailed", id(), "ended while it was starting");
    if (found->hangs || found->answers_at > machine_.hooks_.ticks()) return error("EngineNotReady", id(), "does not answer");
    return {};
  }

  Result<void> stop() override {
    return call("stop", [&]() -> Result<void> {
      // As with the supervisor: only what this haar knows of.
      if (running()) machine_.end(id());
      return {};
    });
  }

  Result<void> remove() override {
    return call("remove", [&]() -> Result<void> {
      if (process() != nullptr) return error("EngineAlreadyRunning", id(), "is still running");
      machine_.instances_.erase(id());
      return {};
    });
  }

  [[nodiscard]] std::string handoff_path() const override { return "/sim/" + id() + "/handoff"; }

  Result<void> apply_settings(const Settings& settings, Milliseconds patience) override {
    TRY(ready(patience));
    return call("apply_settings", [&]() -> Result<void> {
      if (process() == nullptr) return error("EngineNotReady", id(), "does not run");
      machine_.instances_[id()].settings = settings;
      return {};
    });
  }

  Result<void> set_parameters(const Parameters& parameters) override {
    return call("set_parameters", [&]() -> Result<void> {
      machine_.instances_[id()].parameters = parameters;
      return {};
    });
  }

  Result<void> apply_parameters(const Parameters& parameters, Milliseconds patience) override {
    TRY(ready(patience));
    return call("apply_parameters", [&]() -> Result<void> {
      if (process() == nullptr) return error("EngineNotReady", id(), "does not run");
      machine_.instances_[id()].parameters = machine_.instances_[id()].process->parameters = parameters;
      return {};
    });
  }

 private:
  [[nodiscard]] const Instance::Process* process() const {
    const auto found = machine_.instances_.find(id());
    return found == machine_.instances_.end() || !found->second.process ? nullptr : &*found->second.process;
  }

  template <class Do>
  Result<void> call(std::string_view name, Do act) {
    TRY(machine_.hooks_.at(name, id(), false));
    machine_.pass_time();
    TRY(act());
    return machine_.hooks_.at(name, id(), true);
  }

  Machine& machine_;
};

std::shared_ptr<Engine> Machine::engine(const std::string& id) { return std::make_shared<SimEngine>(*this, id); }

void Machine::end(const std::string& id) {
  const auto found = instances_.find(id);
  if (found == instances_.end() || !found->second.process) return;
  found->second.process.reset();
  if (adopted_.erase(id) != 0 && hooks_.ended) hooks_.ended(id);
}

void Machine::pass_time() {
  const Ticks now = hooks_.ticks();
  std::vector<std::string> dying;
  for (const auto& [id, instance] : instances_) {
    if (instance.process && instance.process->dies_at && *instance.process->dies_at <= now) dying.push_back(id);
  }
  for (const std::string& id : dying) end(id);
}

void Machine::kill(const std::string& id) { end(id); }

void Machine::hang(const std::string& id) {
  const auto found = instances_.find(id);
  if (found != instances_.end() && found->second.process) found->second.process->hangs = true;
}

}  // namespace haar::fleet::sim
