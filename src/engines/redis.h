// redis-server (or valkey-server) as an ElastiCache node. Data lives in memory only. The default user can
// run what ElastiCache allows and nothing of
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/SupportedCommands.html (restricted commands);
// haar administers through a user of its own with a random password, over connections that it hands over.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "engines/instance.h"
#include "engines/redis_settings.h"
#include "engines/resp.h"

namespace haar::engines::redis {

enum class Begin : std::uint8_t {
  alone,      // a writer, empty
  following,  // takes no write and answers nothing from its data until it follows a primary or is promoted
};

// Writes configuration and secrets and starts the server. One that has a certificate (engines/tls_file.h) serves TLS, too, to
// clients that are handed to InstanceSpec::tls_handoff(). Three quarters of memory_mb are maxmemory
// (volatile-lru), as AWS has it, unless its parameters say otherwise; the rest is for clients.
Result<Running> start(Supervisor& supervisor, const Program& program, const InstanceSpec& spec, Random& random,
                      Begin begin = Begin::alone, const Parameters& parameters = {}, const std::string& copy = {},
                      bool closed = false);
// `copy`: an RDB file of haar's own, whose data it begins with. `closed`: nobody is let in until access is given
// (redis_access.h).
// A running server takes those that it can take while it runs.
Result<void> apply_parameters(const Program& program, const InstanceSpec& spec, const Parameters& parameters,
                              Milliseconds patience);
// A running server that was started with a certificate (engines/tls_file.h) reads it again: new sessions have it.
Result<void> reload_certificate(const InstanceSpec& spec, Milliseconds patience);
// Ends every connection of a client. Those between nodes go on.
Result<void> end_sessions(const InstanceSpec& spec, Milliseconds patience);
// Until the server answers PING to the administrator: also that it waits for its primary.
Result<void> wait_ready(Supervisor& supervisor, const InstanceSpec& spec, Milliseconds timeout);
inline constexpr std::size_t secret_length = 48;  // characters
inline constexpr std::string_view replication_user = "haar-replica";  // of those who follow it: it can do nothing else
// A connection as the administrator. `patience`: of each command.
Result<RespConnection> administer(const InstanceSpec& spec, Milliseconds patience = Milliseconds{5000});
// One command as the administrator; the reply's text. Error "EngineCommandFailed" with redis's own words.
Result<std::string> admin_command(const InstanceSpec& spec, const std::vector<std::string>& words,
                                  Milliseconds patience = Milliseconds{5000});
Result<void> stop(Supervisor& supervisor, const InstanceSpec& spec, StopMode mode);

}  // namespace haar::engines::redis
