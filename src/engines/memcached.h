// memcached as an ElastiCache node: TCP only, no SASL, bounded memory and connections.
#pragma once

#include <map>
#include <string>

#include "base/result.h"
#include "engines/instance.h"

namespace haar::engines::memcached {

using Parameters = std::map<std::string, std::string>;  // by ElastiCache's names

Result<Running> start(Supervisor& supervisor, const Program& program, const InstanceSpec& spec,
                      const Parameters& parameters = {});
// Until the server answers "version" on a private connection through the handoff socket.
Result<void> wait_ready(Supervisor& supervisor, const InstanceSpec& spec, Milliseconds timeout);
Result<void> stop(Supervisor& supervisor, const InstanceSpec& spec, StopMode mode);

}  // namespace haar::engines::memcached
