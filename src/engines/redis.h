// redis-server (or valkey-server) as an ElastiCache node. Data lives in memory only. The default user can
// run what ElastiCache allows and nothing of
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/SupportedCommands.html (restricted commands);
// haar administers through a user of its own with a random password, over connections that it hands over.
#pragma once

#include <string>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "engines/instance.h"

namespace haar::engines::redis {

// Writes configuration and secret and starts the server. Three quarters of memory_mb are maxmemory
// (volatile-lru), as AWS has it; the rest is for clients.
Result<Running> start(Supervisor& supervisor, const Program& program, const InstanceSpec& spec, Random& random);
// Until the server answers PING to the administrator.
Result<void> wait_ready(Supervisor& supervisor, const InstanceSpec& spec, Milliseconds timeout);
// One command as the administrator; the reply's text. Error "EngineCommandFailed" with redis's own words.
Result<std::string> admin_command(const InstanceSpec& spec, const std::vector<std::string>& words,
                                  Milliseconds patience = Milliseconds{5000});
Result<void> stop(Supervisor& supervisor, const InstanceSpec& spec, StopMode mode);

}  // namespace haar::engines::redis
