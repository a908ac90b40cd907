// What the engine drivers share: folders, configuration files, the common part of a launch.
#pragma once

#include <string>
#include <string_view>

#include "engines/instance.h"

namespace haar::engines {

// Checks the spec and makes its folders; an error names a parent that the engine's user cannot enter.
Result<void> prepare_folders(const InstanceSpec& spec, const EngineUser& user);
// <conf>/<name>: haar's own, readable by the engine's group.
Result<void> write_config(const InstanceSpec& spec, const EngineUser& user, const std::string& name,
                          std::string_view text);
// The same for what nobody but the engine may read.
Result<void> write_secret_config(const InstanceSpec& spec, const EngineUser& user, const std::string& name,
                                 std::string_view text);
Launch launch_of(const InstanceSpec& spec, const EngineUser& user, const Program& program);
// Without its socket (somebody tidied the run folder) an engine serves nobody, and haar cannot ask it anything. Error
// "EngineHandoffMissing": the caller ends it, so that it is started again.
Result<void> check_handoff(const InstanceSpec& spec);
Error ended_early(const InstanceSpec& spec);
Error not_ready(const InstanceSpec& spec, Milliseconds timeout);

}  // namespace haar::engines
