// What a controller says about one engine process, and what it gets back. Every function of the engine
// headers that takes these blocks, for a bounded time: controllers call them on worker threads.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "base/result.h"
#include "engines/catalog.h"
#include "engines/supervisor.h"

namespace haar::engines {

// <folder>/            haar's own, 0711
//   process            the supervisor's record, 0600
//   admin              the administrator's secret, 0600
//   replication        the secret of those who follow it, 0600; an engine's that can be followed
//   engine.log         0600
//   conf/              generated configuration, readable by the engine, not writable
//   data/              the engine's own, 0700
// <run_folder>/        haar's own, 0700: the socket for the hand-over, its token; "tls", "upstream" and "logins" likewise
struct InstanceSpec {
  std::string id;          // unique in this installation: [A-Za-z0-9-], e.g. the resource id "db-ABC…"
  std::string folder;      // absolute: <state>/rds/<account>/<region>/<resource id>
  std::string run_folder;  // absolute: <run>/<short id>; at most 80 characters
  std::uint16_t port = 0;  // the endpoint's port: what the engine believes it listens on
  std::string address;     // the endpoint's address, where others are told of the engine; may be empty
  std::string name;        // AWS's identifier, where the engine can show it; may be empty
  std::uint32_t memory_mb = 0;  // 0: the engine's small default

  [[nodiscard]] std::string data() const { return folder + "/data"; }
  [[nodiscard]] std::string conf() const { return folder + "/conf"; }
  [[nodiscard]] std::string log() const { return folder + "/engine.log"; }
  [[nodiscard]] std::string handoff() const { return run_folder + "/handoff"; }
  [[nodiscard]] std::string tls_handoff() const { return run_folder + "/tls"; }
  [[nodiscard]] std::string upstream() const { return run_folder + "/upstream"; }
  [[nodiscard]] std::string logins() const { return run_folder + "/logins"; }
  [[nodiscard]] std::string secret() const { return folder + "/admin"; }
  // With which others follow this engine.
  [[nodiscard]] std::string replication_secret() const { return folder + "/replication"; }
};

struct Running {
  std::string id;
  pid_t pid = 0;
  std::string handoff_path;  // goes into frontdoor::Endpoint::targets
};

enum class StopMode : std::uint8_t {
  fast,       // sessions are ended, data is written
  immediate,  // as a power cut, with recovery at the next start; for an instance that is to be deleted
};

// Finds a running engine of an earlier haar; error "EngineNotRunning" if there is none. One that a haar started whose
// confinement had holes is stopped, and is then not running.
Result<Running> adopt(Supervisor& supervisor, const InstanceSpec& spec);
// Removes the instance's folder and run folder (the files are deleted in the background). Error
// "EngineAlreadyRunning" while it runs.
Result<void> remove_instance(Supervisor& supervisor, const InstanceSpec& spec);
// The last lines of the engine's log, for an error message or an event; bounded.
std::string log_tail(const InstanceSpec& spec);

}  // namespace haar::engines
