// What an instance's owner has set of PostgreSQL's parameters: a file of haar's own beside the generated configuration,
// read after it and before what haar says of a full volume. What may be set is chosen by who gives it (services/rds).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "engines/instance.h"

namespace haar::engines::postgres {

using Parameters = std::map<std::string, std::string>;

// For the next start; none: the server is left as it is. Libraries that the program does not have are left out of
// shared_preload_libraries. Error "InternalFailure" for a name or a value that no line of a configuration can hold.
Result<void> write_parameters(Supervisor& supervisor, const Program& program, const InstanceSpec& spec,
                              const Parameters& parameters);
// A running server takes what it can without being started again; new sessions have it when this returns. Error
// "EngineCommandFailed" names what the server refuses.
Result<void> reload_parameters(Supervisor& supervisor, const Program& program, const InstanceSpec& spec,
                               const Parameters& parameters, Milliseconds patience);

// Whether parameters were ever written: only servers of version 15 and later get any.
bool has_parameters(const InstanceSpec& spec);
// Whether this was written for the server, in the engine's own form.
bool is_parameter_set(const InstanceSpec& spec, std::string_view name, std::string_view value);
// How many processes the server needs for what was written; 0: no more than any engine.
std::uint64_t processes_for(const InstanceSpec& spec);

}  // namespace haar::engines::postgres
