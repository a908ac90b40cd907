// Starts engine programs, confines them, watches them, finds them again after a crash of haar, stops them.
//
// An engine is in its own session, holds no descriptor of haar's, writes its log to a file, and is held in by
// what engines/layers.h names: it may be its tenant's altogether, and reaches nothing but its own folder and the
// connections that haar hands it. It outlives haar: a record with its pid, start time, boot id and folder is
// durable before the program runs, and adopt() matches all four.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "engines/catalog.h"
#include "engines/layers.h"
#include "frontdoor/handoff.h"

namespace haar::engines {

using Milliseconds = std::chrono::milliseconds;

struct EngineUser {
  std::string name;
  uid_t uid = 0;
  gid_t gid = 0;
  bool own = false;  // this engine's alone
};

// What a confined process may touch. Paths that do not exist are skipped.
struct Confinement {
  std::vector<std::string> read_write;  // folders, with everything beneath
  std::vector<std::string> read;        // files or folders
  bool may_exec = false;                // initdb runs postgres; an engine runs nothing
};

struct Launch {
  std::string id;             // unique among what this supervisor runs
  std::string record_folder;  // haar's own; holds the record "process"
  std::string work_folder;    // the engine's; its working folder, and part of its identity
  std::string log_file;       // opened by haar, appended; cut when it has grown large
  EngineUser user;
  std::string program;
  std::vector<std::string> arguments;  // without argv[0]
  std::vector<std::pair<std::string, std::string>> environment;
  Confinement confinement;
  std::uint16_t handoff_port = 0;  // the TCP port in whose place the Unix socket below comes; 0: none
  std::string handoff_path;        // in a folder of haar's own
  std::uint64_t processes = 0;     // that it may have at once, where that is more than any engine may
  std::uint16_t tls_port = 0;      // on which it believes to serve TLS
  std::string tls_path;            // likewise: to which clients on TLS are handed; empty: it has no listener of its own for them
  std::string upstream_path;       // likewise: to which connections to a primary are handed; empty: it follows nobody
  std::string logins_path;         // likewise: by which it asks haar about log-ins (frontdoor/login_desk.h); empty: it judges all
  std::string input_file;          // haar's own, read by the program at its standard input; empty: nothing
};

struct ExitStatus {
  bool known = false;  // false for an adopted process: its parent was not this haar
  int code = 0;        // of exit(), if signal is 0
  int signal = 0;
};
std::string describe(const ExitStatus& status);

struct StopPlan {
  int signal = 0;                  // asked first …
  Milliseconds patience{10'000};   // … and waited for this long,
  int stronger = 0;                // then this (0: straight to SIGKILL),
  Milliseconds more_patience{5'000};
};

// All functions may be called from any thread; those marked "blocks" belong on a worker.
class Supervisor {
 public:
  struct Options {
    std::string run_folder;  // absolute, short; the shim is written to <run_folder>/lib
    // Which engine has which user id, where haar is root; survives everything. Empty: <run_folder>/users.
    std::string users_folder;
  };
  // Called on the supervisor's thread, without its lock, once per started or adopted process: also for
  // the self-test ("self-test") and for templates ("template…"), which callers ignore as ids not theirs.
  using OnExit = std::function<void(const std::string& id, const ExitStatus& status)>;

  static Result<std::unique_ptr<Supervisor>> create(Options options, OnExit on_exit);
  ~Supervisor();  // stops watching; the engines run on
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  // The user that an engine runs as: haar's own unless haar is root; then one that only this engine has, from
  // the first call with its id until release_user().
  [[nodiscard]] Result<EngineUser> user_of(const std::string& id) const;
  // After the last process of the user is gone (what is left is ended) and its files are gone or given away.
  void release_user(const std::string& id) const;
  // The user of programs that run before there is a tenant (initdb, the self-test): postgres or nobody.
  [[nodiscard]] Result<EngineUser> maker_user() const;
  // Blocks (an fsync). Errors: "EngineAlreadyRunning", "EngineConfinementUnavailable", "EngineStartFailed".
  Result<pid_t> start(const Launch& launch);
  // Finds the process that an earlier haar started: its pid, or nullopt if it is gone (the record is then
  // removed). Never touches a process that does not match the record in all four.
  Result<std::optional<pid_t>> adopt(const std::string& id, const std::string& record_folder,
                                     const std::string& work_folder);
  [[nodiscard]] std::optional<pid_t> running(const std::string& id) const;
  // Whether it was started by a haar whose confinement had holes: it is to be stopped and started again.
  [[nodiscard]] bool outdated(const std::string& id) const;
  // Blocks until the process is gone. ok also if it was not running.
  Result<void> stop(const std::string& id, const StopPlan& plan);
  // Stops these side by side, within `total` and a second: who has not ended by `signal` then is killed.
  Result<void> stop_all(const std::vector<std::string>& ids, int signal, Milliseconds total);
  // Asks a running process (SIGHUP: read the configuration again). False if it is not running.
  bool signal(const std::string& id, int signal) const;
  // haar is about to end: every wait of this folder, now and from now on, returns soon with the error "Stopping".
  void cancel();
  [[nodiscard]] bool cancelled() const;
  // Blocks until it has exited or the time is over.
  [[nodiscard]] bool wait_exit(const std::string& id, Milliseconds timeout) const;
  // What this machine holds engines in with.
  [[nodiscard]] const Layers& layers() const;
  // Removes a folder: gone from its place at once, deleted in the background (also what an earlier process
  // left beside it).
  Result<void> discard(const std::string& folder);
  // Blocks. Runs the probe once through launch, confinement and handoff, the way engines run; afterwards
  // answers from memory. Error "EngineSelfTestFailed" says what did not hold.
  Result<void> self_test();

  [[nodiscard]] const frontdoor::ShimFiles& shim() const;
  [[nodiscard]] const std::string& run_folder() const;

 private:
  struct Impl;
  explicit Supervisor(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Makes a folder that belongs to the engine's user (0700), its missing parents 0711 and haar's own.
Result<void> make_engine_folder(const std::string& path, const EngineUser& user);
// An error that names the first parent folder of `path` that the user cannot enter.
Result<void> check_enterable(const std::string& path, const EngineUser& user);
Error stopping_error();  // code "Stopping"

}  // namespace haar::engines
