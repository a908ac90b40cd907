// One engine process, whatever it is: what the kinds of the fleet ask of it. The drivers of src/engines stand behind it
// (fleet/drivers), and in the simulation an engine that is slow, hangs, dies and fills its disk (fleet/sim).
//
// A handle: making one starts nothing, and several may stand for the same engine. Each call blocks for a bounded time
// and ends early, with the error "Stopping", when haar ends. All are idempotent. From any thread; calls that change the
// same engine are not made at the same time (the reconciler looks at one resource once at a time).
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/result.h"
#include "engines/instance.h"

namespace haar::fleet {

using engines::Milliseconds;

enum class Role : std::uint8_t {
  writer,  // takes writes; at most one of a cluster in an epoch
  reader,  // follows a writer
};
std::string_view role_name(Role role);

// The reign of one writer: it rises with each new one. What is asked carries its epoch, and an engine refuses what an
// older epoch asks (error "EngineFenced").
using Epoch = std::int64_t;

// How far an engine has come in the log of its writer: bytes, comparable within a cluster (PostgreSQL's LSN, Redis's
// replication offset).
struct Position {
  std::uint64_t bytes = 0;
  auto operator<=>(const Position&) const = default;
};

// Where a follower finds its writer.
struct Upstream {
  engines::InstanceSpec spec;  // of an engine of the same kind
};

// What an engine says of whom it follows. It may be its tenant's altogether: a claim.
enum class Link : std::uint8_t {
  none,     // it follows nobody: it takes writes
  down,     // it is told to follow, and does not
  syncing,  // it gets, or loads, a copy of its writer's data
  up,       // it has them, and gets every change
};
struct Replication {
  Link link = Link::down;
  std::string leader;  // the address of whom it is told to follow
  // Whose changes it has: of two engines with the same, positions compare. history_before: of a writer that was a
  // reader, that of its writer.
  std::string history, history_before;
  bool shared = false;  // the history is, or was, another engine's too: until then a writer changes its name once
  Position position;
  bool operator==(const Replication&) const = default;
};

// What a tenant wants of a running engine.
struct Settings {
  std::string master_user, master_verifier;  // SCRAM; never the password
  std::string database;                      // made if it is not there; empty: none
};

// Parameters of the engine that its owner may set, by name, in the engine's own form. Whoever gives them has chosen them from
// a list of what may be set.
using Parameters = std::map<std::string, std::string>;

// Who may log in to a running engine, and what each may do: by name, rules in the engine's own form. Secrets stand in them as
// digests. It replaces all that was before.
using Access = std::map<std::string, std::string>;

class Engine {
 public:
  virtual ~Engine() = default;
  [[nodiscard]] const std::string& id() const { return id_; }

  // ---- the process -------------------------------------------------------------------------------
  // Whether it runs, as far as this haar knows: one that an earlier haar started has to be adopted first.
  [[nodiscard]] virtual bool running() const = 0;
  // Finds the process of an earlier haar. Whether there was one that may run on.
  virtual Result<bool> adopt() = 0;
  // Makes what it needs on disk before its first start. What an interrupted attempt left is replaced.
  virtual Result<void> create() = 0;
  // With which it is started from now on; a running one goes on as it is.
  virtual Result<void> set_parameters(const Parameters& parameters);
  // It runs when this returns, and need not answer yet. Error "EngineAlreadyRunning".
  virtual Result<void> start(Role role, Epoch epoch) = 0;
  // Until it answers. Errors "EngineNotReady" when the time is over, "EngineStartFailed" if it has ended.
  virtual Result<void> ready(Milliseconds patience) = 0;
  // How long one such wait takes at most in good health; more after an upgrade, say.
  [[nodiscard]] virtual Milliseconds patience() const { return Milliseconds{2'000}; }
  // Ended when this returns, with what it wrote on disk. ok also if it did not run.
  virtual Result<void> stop() = 0;
  // Everything of it is gone from this machine: folders, sockets, its user. Error "EngineAlreadyRunning".
  virtual Result<void> remove() = 0;
  // The socket to which connections of clients are handed.
  [[nodiscard]] virtual std::string handoff_path() const = 0;
  // That to which clients on TLS are handed; empty: it serves none, or at the other.
  [[nodiscard]] virtual std::string tls_handoff_path() const { return {}; }

  // ---- what it serves ----------------------------------------------------------------------------
  virtual Result<void> apply_settings(const Settings& settings, Milliseconds patience);
  // A running engine takes those that it can take without being started again. New sessions have them when this returns.
  virtual Result<void> apply_parameters(const Parameters& parameters, Milliseconds patience);

  // ---- ways in: what an engine has none of it refuses by name -----------------------------------------
  // By which it serves TLS, or will when it is started; empty: by none.
  [[nodiscard]] virtual std::string certificate() const { return {}; }
  // A certificate with its key, in PEM: from its next start on; for new sessions from now on, if it was started with one.
  virtual Result<void> set_certificate(const std::string& pem);
  // Nobody is let in from its next start on until access has been given to it.
  virtual Result<void> close_access();
  // To one that runs: in force when this returns.
  virtual Result<void> give_access(const Access& access, Milliseconds patience);
  // Every session of a client ends.
  virtual Result<void> end_sessions();

  // ---- replication, copies: what an engine cannot do it refuses by name ("EngineCannot") -----------------------
  // A reader becomes the writer of this epoch.
  virtual Result<void> promote(Epoch epoch);
  virtual Result<void> follow(const Upstream& upstream, Epoch epoch);
  virtual Result<Position> position();
  virtual Result<Replication> replication(Milliseconds patience);
  // A writer takes no write any more; it follows nobody, and keeps what it has.
  virtual Result<void> stand_down(Epoch epoch);
  // A reader that was in step answers reads from now on while its writer is away, too.
  virtual Result<void> serve_without_writer();
  // A writer takes no write for this long, so that a reader can come to where it is.
  virtual Result<void> pause_writes(Milliseconds time);
  // Its process has ended when this returns, whatever it did. In order: its readers got all of its log before; where that is
  // sure, the answer says how far it goes.
  virtual Result<std::optional<Position>> fence(bool in_order);
  // It does not run: nothing of an earlier epoch starts on its volume from now on.
  virtual Result<void> enter(Epoch epoch);
  // In place of create(): a copy of the volume of that writer, which runs on meanwhile.
  virtual Result<void> copy_of(const Upstream& writer);
  // Of a writer that was given readers for which commits wait: when this returns, each commit does.
  virtual Result<void> commits_wait(Milliseconds patience);
  // A copy that restore() takes, complete and on disk when this returns.
  virtual Result<void> snapshot(const std::string& folder);
  // In place of create().
  virtual Result<void> restore(const std::string& folder);

 protected:
  explicit Engine(std::string id) : id_(std::move(id)) {}
  [[nodiscard]] Error cannot(std::string_view what) const;

 private:
  const std::string id_;
};

}  // namespace haar::fleet
