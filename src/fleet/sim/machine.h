// A machine that runs simulated engines: what survives a crash of haar. Time passes only when somebody lets it, and what
// an engine does is decided by whoever made the machine, so that a seed replays a whole day in milliseconds.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "fleet/engine.h"
#include "fleet/queue.h"

namespace haar::fleet::sim {

// How a start goes.
struct Fate {
  bool disk_full = false;                // it cannot even begin
  Delay answers_after{20};
  bool hangs = false;                    // it runs, and never answers
  std::optional<Delay> dies_after = {};  // of itself
};

// What an engine in memory has written, and whom it follows. Replication is asynchronous: what a writer has is on its
// readers when the day lets it flow.
struct Log {
  Link link = Link::none;
  std::string leader_id, leader;  // whom it follows: the engine, and its address
  std::string history, history_before;
  bool shared = false;
  std::vector<std::uint64_t> entries;
};

// What lies on disk, and the process if there is one.
struct Instance {
  bool has_volume = false;
  std::string made_of;  // the copy, of an instance that was made of one
  Epoch epoch = 0;  // the volume's mark
  Settings settings;
  Parameters parameters;  // for the next start
  Log disk;               // of an engine that keeps its log: what it had when it ended
  std::string certificate;  // that lies beside the volume
  struct Process {
    Role role = Role::writer;
    Ticks answers_at;
    bool hangs = false;
    std::optional<Ticks> dies_at;
    Log log;  // of an engine that replicates
    Parameters parameters;
    std::string certificate;        // by which it serves TLS
    bool open_in_clear = true;         // a client may be there since it began that is not encrypted
  };
  std::optional<Process> process;
};

class Machine {
 public:
  struct Hooks {
    std::function<Ticks()> ticks;
    // A call that waits: time passes.
    std::function<void(Delay)> sleep;
    std::function<Fate(const std::string& id)> fate;
    // Before and after each call that has an effect: haar may crash here (throw), or something else may happen. An error
    // is the call's.
    std::function<Result<void>(std::string_view call, const std::string& id, bool after)> at;
    // How much of what is on its way to a reader still arrives when its connection ends.
    std::function<std::size_t(std::size_t entries)> arrives = [](std::size_t) { return std::size_t{0}; };
    // Whether the engine keeps its log when it ends, as a database does and a cache does not.
    std::function<bool(const std::string& id)> keeps = [](const std::string&) { return false; };
    // A running engine is about to end, or to hang.
    std::function<void(const std::string& id)> ending = [](const std::string&) {};
    // An engine that this haar knows of has ended.
    std::function<void(const std::string& id)> ended;
  };

  explicit Machine(Hooks hooks) : hooks_(std::move(hooks)) {}

  [[nodiscard]] std::shared_ptr<Engine> engine(const engines::InstanceSpec& spec);
  [[nodiscard]] std::shared_ptr<Engine> engine(const std::string& id);
  // haar has crashed: the engines run on, and nobody knows of them.
  void forget_adopted() { adopted_.clear(); }
  // Ends those whose time has come.
  void pass_time();
  void kill(const std::string& id);
  // A running engine ceases to answer, until it is started anew.
  void hang(const std::string& id);
  // An engine that replicates takes a write; false: it takes none.
  bool write(const std::string& id, std::uint64_t entry);
  // Of what a reader does not have yet of its writer's, so many entries arrive.
  void flow(const std::string& reader, std::size_t entries_max);
  // The connection between a reader and its writer breaks.
  void cut(const std::string& reader);

  [[nodiscard]] const std::map<std::string, Instance>& instances() const { return instances_; }
  // Copies, by their folder: of which engine's volume.
  [[nodiscard]] const std::map<std::string, Instance>& copies() const { return copies_; }
  Result<void> duplicate(const std::string& from, const std::string& to);
  Result<void> discard(const std::string& folder);
  // What no engine of this world may ever see done: two processes on one volume, a fenced engine that starts.
  [[nodiscard]] const std::vector<std::string>& violations() const { return violations_; }

 private:
  friend class SimEngine;
  void end(const std::string& id);
  Instance::Process* process_of(const std::string& id);
  void end_link(Instance::Process& reader);
  std::string new_history();
  std::uint64_t new_mark();
  void take_settings(const Instance::Process& reader, const Instance::Process& writer);

  const Hooks hooks_;
  std::uint64_t histories_ = 0, marks_ = 0;
  std::map<std::string, Instance> instances_, copies_;
  std::set<std::string> adopted_;
  std::vector<std::string> violations_;
};

}  // namespace haar::fleet::sim
