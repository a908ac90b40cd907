// Streaming replication between PostgreSQL servers: haar makes the connection (frontdoor::connect_engines), the reader's WAL
// receiver believes that it has connected to its writer, and shows the administrator's secret, which all volumes of a
// cluster share. A receiver connects anew by itself when its connection breaks, and finds none until haar makes one more:
// so whom a server follows is haar's to say.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "engines/instance.h"
#include "engines/supervisor.h"

namespace haar::engines::postgres {

enum class Link : std::uint8_t {
  none,  // it follows nobody: it takes writes
  down,  // it would follow, and has no connection
  up,    // it gets every change
};
struct Replication {
  Link link = Link::down;
  std::uint64_t received = 0, replayed = 0;  // how far in the log of its writer, in bytes
  std::uint64_t lag_ms = 0;                  // how old what it shows is, while it has not replayed all that it got
};

// What the server says of itself. An engine may be its tenant's altogether: this is a claim, checked for its form alone.
Result<Replication> replication(const Supervisor& supervisor, const InstanceSpec& spec, Milliseconds patience);
// "up 50332008 50332008 0" as text; the form is checked.
Result<Replication> parse_replication(const std::string& text);

// For the next start: it follows, or it does not.
Result<void> set_following(Supervisor& supervisor, const InstanceSpec& spec, bool follows);
// What its WAL receiver shows; nothing where the administrator has no secret yet.
Result<void> write_follower_secret(const InstanceSpec& spec, const EngineUser& user);
// Leads the reader to this writer, over a new connection.
Result<void> follow(const InstanceSpec& spec, const InstanceSpec& writer);
// Takes writes when this returns; what is there stays. Again: nothing happens.
Result<void> promote(Supervisor& supervisor, const InstanceSpec& spec, Milliseconds patience);
// Every page is on disk: an end in order takes no time after it.
Result<void> checkpoint(const Supervisor& supervisor, const InstanceSpec& spec, Milliseconds patience);
// When this returns, each commit waits for a reader of `synchronous_standby_names`, and one of them has all that was committed
// before.
Result<void> commits_wait(const Supervisor& supervisor, const InstanceSpec& spec, Milliseconds patience);
// Of a server that has ended: how far its log goes, if it ended in order, with all that its readers had to get.
std::optional<std::uint64_t> end_of_log(const InstanceSpec& spec);
// The same of what lies in pg_control.
std::optional<std::uint64_t> end_of_log(const std::string& control);

// Makes the volume a copy of that of a running server, whole and on disk when this returns. Error "EngineAlreadyRunning",
// "EngineNotReady" also if the time is over.
Result<void> copy_volume(Supervisor& supervisor, const InstanceSpec& spec, const InstanceSpec& writer, int major,
                         Milliseconds patience);

}  // namespace haar::engines::postgres
