#include "fleet/sim/machine.h"

#include "fleet/logged_engine.h"

#include <algorithm>
#include <utility>

namespace haar::fleet::sim {
namespace {

Error error(const char* code, const std::string& id, const char* what) {
  return {code, id + " " + what, 500, Fault::receiver};
}

}  // namespace

class SimEngine final : public Engine, public LoggedEngine {
 public:
  SimEngine(Machine& machine, engines::InstanceSpec spec) : Engine(spec.id), machine_(machine), spec_(std::move(spec)) {}

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
      machine_.instances_[id()].disk.history = machine_.new_history();
      return {};
    });
  }

  Result<void> copy_of(const Upstream& writer) override {
    return call("copy_of", [&]() -> Result<void> {
      if (process() != nullptr) {
        machine_.violations_.push_back("the volume of " + id() + " is replaced under its engine");
        return error("EngineAlreadyRunning", id(), "is running");
      }
      const Instance::Process* const from = machine_.process_of(writer.spec.id);
      if (from == nullptr || from->hangs || from->log.link != Link::none)
        return error("EngineNotReady", writer.spec.id, "cannot be copied");
      Instance& made = machine_.instances_[id()] = Instance{};
      made.has_volume = true;
      made.disk = from->log;
      made.settings = machine_.instances_[writer.spec.id].settings;
      return {};
    });
  }

  Result<std::optional<Position>> fence(bool in_order) override {
    std::optional<Position> ended_at;
    TRY(call("fence", [&]() -> Result<void> {
      const Instance::Process* const found = process();
      if (found == nullptr) return {};
      if (in_order && !found->hangs) {
        for (const auto& [other, instance] : machine_.instances_) {
          if (!instance.process || instance.process->log.link != Link::up || instance.process->log.leader_id != id()) continue;
          machine_.flow(other, 1'000'000);
        }
        ended_at = Position{found->log.entries.size()};
      }
      machine_.end(id());
      return {};
    }));
    return ended_at;
  }

  Result<void> enter(Epoch epoch) override {
    return call("enter", [&]() -> Result<void> {
      if (process() != nullptr) machine_.violations_.push_back(id() + " enters an epoch while it runs");
      if (const auto found = machine_.instances_.find(id()); found != machine_.instances_.end())
        found->second.epoch = std::max(found->second.epoch, epoch);
      return {};
    });
  }

  Result<void> commits_wait(Milliseconds) override {
    return call("commits_wait", [&]() -> Result<void> {
      TRY(answers());
      bool any = false;
      for (const auto& [other, instance] : machine_.instances_) {
        if (!instance.process || instance.process->log.link != Link::up || instance.process->log.leader_id != id()) continue;
        machine_.flow(other, 1'000'000);
        any = any || !instance.process->hangs;
      }
      return any ? Result<void>() : error("EngineNotReady", id(), "waits for a reader");
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
          fate.dies_after ? std::optional(now + *fate.dies_after) : std::nullopt, {}, found->second.parameters,
          found->second.certificate};
      Log& log = found->second.process->log;
      log.history = machine_.new_history();
      if (machine_.hooks_.keeps(id())) log = found->second.disk;
      log.link = role == Role::writer ? Link::none : Link::down;
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

  // ---- copies -----------------------------------------------------------------------------------------
  Result<void> snapshot(const std::string& folder) override {
    return call("snapshot", [&]() -> Result<void> {
      const auto found = machine_.instances_.find(id());
      if (found == machine_.instances_.end() || !found->second.has_volume) return error("CopyMissing", id(), "has no volume");
      if (machine_.hooks_.fate(id()).disk_full) return error("DiskFull", id(), "finds no room for a copy");
      Instance copy = found->second;
      copy.process.reset();
      copy.epoch = 0;
      machine_.copies_[folder] = std::move(copy);
      return {};
    });
  }
  Result<void> recover(const std::string& folder, const Recovery&) override { return restore(folder); }
  Result<void> restore(const std::string& folder) override {
    return call("restore", [&]() -> Result<void> {
      if (process() != nullptr) {
        machine_.violations_.push_back("the volume of " + id() + " is replaced under its engine");
        return error("EngineAlreadyRunning", id(), "is running");
      }
      const auto copy = machine_.copies_.find(folder);
      if (copy == machine_.copies_.end()) return error("CopyDamaged", folder, "is not there");
      machine_.instances_[id()] = copy->second;
      machine_.instances_[id()].made_of = folder;
      return {};
    });
  }
  Result<LogKept> keep_log(const std::string& folder, Milliseconds) override {
    TRY(answers());
    return kept_log(folder);
  }
  // The world's clock is what every log is kept up to.
  Result<LogKept> kept_log(const std::string&) override {
    const std::int64_t micros =
        std::chrono::duration_cast<std::chrono::microseconds>(machine_.hooks_.ticks().time_since_epoch()).count();
    return LogKept{micros, micros, "0/1", false, 0};
  }
  Result<void> forget_log(const std::string&, const std::string&) override { return {}; }

  Result<void> apply_settings(const Settings& settings, Milliseconds patience) override {
    TRY(ready(patience));
    return call("apply_settings", [&]() -> Result<void> {
      if (process() == nullptr) return error("EngineNotReady", id(), "does not run");
      // What is kept of it is in the log, as everything is.
      if (machine_.hooks_.keeps(id())) machine_.instances_[id()].process->log.entries.push_back(machine_.new_mark());
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

  // ---- ways in ----------------------------------------------------------------------------------------
  [[nodiscard]] std::string tls_handoff_path() const override { return "/sim/" + id() + "/tls"; }
  [[nodiscard]] std::string certificate() const override {
    const auto found = machine_.instances_.find(id());
    return found == machine_.instances_.end() ? std::string() : found->second.certificate;
  }
  Result<void> set_certificate(const std::string& pem) override {
    return call("set_certificate", [&]() -> Result<void> {
      machine_.instances_[id()].certificate = pem;
      if (process() == nullptr) return {};
      TRY(answers());
      machine_.process_of(id())->certificate = pem;
      return {};
    });
  }
  Result<void> end_sessions() override {
    TRY(answers());
    return call("end_sessions", [&]() -> Result<void> {
      TRY(answers());
      machine_.process_of(id())->open_in_clear = false;
      return {};
    });
  }

  // ---- replication: as Redis has it, in memory ------------------------------------------------------
  Result<Replication> replication(Milliseconds) override {
    TRY(answers());
    const Log& log = process()->log;
    return Replication{log.link, log.leader, log.history, log.history_before, log.shared, {log.entries.size()}};
  }

  Result<void> promote(Epoch) override {
    TRY(answers());
    return call("promote", [&]() -> Result<void> {
      TRY(answers());
      Log& log = machine_.process_of(id())->log;
      if (log.link == Link::none) return {};
      machine_.end_link(*machine_.process_of(id()));
      log.link = Link::none;
      log.leader.clear();
      log.history_before = std::exchange(log.history, machine_.new_history());
      return {};
    });
  }

  Result<void> stand_down(Epoch) override {
    TRY(answers());
    return call("stand_down", [&]() -> Result<void> {
      TRY(answers());
      machine_.end_link(*machine_.process_of(id()));
      machine_.process_of(id())->log.leader.clear();
      return {};
    });
  }

  Result<void> follow(const Upstream& upstream, Epoch) override {
    TRY(answers());
    return call("follow", [&]() -> Result<void> {
      TRY(answers());
      Instance::Process& reader = *machine_.process_of(id());
      machine_.end_link(reader);
      reader.log.leader = upstream.spec.address;
      reader.log.leader_id = upstream.spec.id;
      Instance::Process* const writer = machine_.process_of(upstream.spec.id);
      if (writer == nullptr || writer->hangs) return {};
      if (machine_.hooks_.keeps(id())) return follow_with_what_it_has(reader, writer->log);
      if (!std::exchange(writer->log.shared, true)) writer->log.history = machine_.new_history();
      const Log& from = writer->log;
      // A reader that has gone no further than they went together goes on; else it gets a copy.
      const bool goes_on = (reader.log.history == from.history || reader.log.history == from.history_before) &&
                           reader.log.entries.size() <= from.entries.size() &&
                           std::equal(reader.log.entries.begin(), reader.log.entries.end(), from.entries.begin());
      if (!goes_on) reader.log.entries = from.entries;
      reader.log.history = from.history;
      reader.log.history_before = from.history_before;
      reader.log.shared = true;
      reader.log.link = Link::up;
      return {};
    });
  }

  Result<void> serve_without_writer() override { return answers(); }
  // Nothing is written between this and the election: the day's writes come between the steps.
  Result<void> pause_writes(Milliseconds) override { return answers(); }

 private:
  // As a database does: what it has is the beginning of what its writer has, or it does not follow.
  static Result<void> follow_with_what_it_has(Instance::Process& reader, const Log& from) {
    if (from.link != Link::none || reader.log.entries.size() > from.entries.size() ||
        !std::equal(reader.log.entries.begin(), reader.log.entries.end(), from.entries.begin()))
      return {};
    reader.log.history = from.history;
    reader.log.history_before = from.history_before;
    reader.log.link = Link::up;
    return {};
  }

  Result<void> answers() {
    machine_.pass_time();
    const Instance::Process* found = process();
    if (found == nullptr) return error("EngineNotReady", id(), "does not run");
    if (found->hangs || found->answers_at > machine_.hooks_.ticks()) return error("EngineNotReady", id(), "does not answer");
    return {};
  }

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
  const engines::InstanceSpec spec_;
};

std::shared_ptr<Engine> Machine::engine(const engines::InstanceSpec& spec) { return std::make_shared<SimEngine>(*this, spec); }

std::shared_ptr<Engine> Machine::engine(const std::string& id) {
  engines::InstanceSpec spec;
  spec.id = id;
  return engine(spec);
}

std::uint64_t Machine::new_mark() {
  constexpr std::uint64_t first = std::uint64_t{1} << 40;  // beyond what clients write
  return first + ++marks_;
}

std::string Machine::new_history() { return "history " + std::to_string(++histories_); }

Instance::Process* Machine::process_of(const std::string& id) {
  const auto found = instances_.find(id);
  return found == instances_.end() || !found->second.process ? nullptr : &*found->second.process;
}

bool Machine::write(const std::string& id, std::uint64_t entry) {
  Instance::Process* const writer = process_of(id);
  if (writer == nullptr || writer->hangs || writer->log.link != Link::none) return false;
  writer->log.entries.push_back(entry);
  return true;
}

void Machine::flow(const std::string& reader, std::size_t entries_max) {
  Instance::Process* const to = process_of(reader);
  if (to == nullptr || to->hangs || to->log.link != Link::up) return;
  const Instance::Process* const from = process_of(to->log.leader_id);
  if (from == nullptr || from->hangs) return;
  for (std::size_t i = to->log.entries.size(); i < from->log.entries.size() && entries_max > 0; ++i, --entries_max)
    to->log.entries.push_back(from->log.entries[i]);
  to->log.history = from->log.history;
  to->log.history_before = from->log.history_before;
  take_settings(*to, *from);
}

// A reader that has all of its writer's log has its settings.
void Machine::take_settings(const Instance::Process& reader, const Instance::Process& writer) {
  if (reader.log.entries.size() != writer.log.entries.size()) return;
  const Settings* has = nullptr;
  for (const auto& [id, instance] : instances_) {
    if (instance.process && &*instance.process == &writer) has = &instance.settings;
  }
  for (auto& [id, instance] : instances_) {
    if (has != nullptr && hooks_.keeps(id) && instance.process && &*instance.process == &reader) instance.settings = *has;
  }
}

void Machine::cut(const std::string& reader) {
  if (Instance::Process* const to = process_of(reader)) end_link(*to);
}

// What was on its way arrives in part: the reader reads what is there before it notices the end.
void Machine::end_link(Instance::Process& reader) {
  const Link before = std::exchange(reader.log.link, Link::down);
  const Instance::Process* const from = before == Link::up ? process_of(reader.log.leader_id) : nullptr;
  if (from == nullptr || reader.log.entries.size() >= from->log.entries.size()) return;
  const std::size_t behind = from->log.entries.size() - reader.log.entries.size();
  for (std::size_t left = hooks_.arrives(behind); left > 0; --left)
    reader.log.entries.push_back(from->log.entries[reader.log.entries.size()]);
  take_settings(reader, *from);
}

void Machine::end(const std::string& id) {
  const auto found = instances_.find(id);
  if (found == instances_.end() || !found->second.process) return;
  hooks_.ending(id);
  for (auto& [other, instance] : instances_) {
    if (instance.process && instance.process->log.link == Link::up && instance.process->log.leader_id == id)
      end_link(*instance.process);
  }
  end_link(*found->second.process);
  found->second.disk = found->second.process->log;
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
  if (found == instances_.end() || !found->second.process) return;
  hooks_.ending(id);
  found->second.process->hangs = true;
}

Result<void> Machine::duplicate(const std::string& from, const std::string& to) {
  TRY(hooks_.at("duplicate", from, false));
  const auto copy = copies_.find(from);
  if (copy == copies_.end()) return error("CopyDamaged", from, "is not there");
  copies_[to] = copy->second;
  return hooks_.at("duplicate", from, true);
}

Result<void> Machine::discard(const std::string& folder) {
  TRY(hooks_.at("discard", folder, false));
  copies_.erase(folder);
  return hooks_.at("discard", folder, true);
}

}  // namespace haar::fleet::sim
