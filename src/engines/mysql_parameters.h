// What an instance's owner has set of the server's variables: a file of haar's own that the generated configuration
// includes last. What may be set is chosen by who gives it (services/rds).
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/result.h"
#include "engines/instance.h"

namespace haar::engines::mysql {

using Parameters = std::map<std::string, std::string>;

// For the next start. Error "InternalFailure" for a name or a value that no line of a configuration can hold.
Result<void> write_parameters(Supervisor& supervisor, const InstanceSpec& spec, const Parameters& parameters);
// A running server takes what has changed; new sessions have it when this returns. Variables that this program does not
// have are left out. Error "EngineCommandFailed" names what the server refuses.
Result<void> apply_parameters(Supervisor& supervisor, const InstanceSpec& spec, const Parameters& parameters,
                              Milliseconds patience);

// An empty one where there is none.
Result<void> make_parameters_file(const InstanceSpec& spec, const EngineUser& user);
// How many threads the server needs for what was written; 0: no more than any engine.
std::uint64_t processes_for(const InstanceSpec& spec);

}  // namespace haar::engines::mysql
