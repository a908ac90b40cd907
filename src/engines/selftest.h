// The proof, on this machine and this kernel, that a connection reaches a confined process through the front
// door's handoff, and that the confinement holds. Run once before the first engine.
#pragma once

#include <string>

#include "base/result.h"
#include "engines/supervisor.h"

namespace haar::engines {

Result<void> run_self_test(Supervisor& supervisor, const std::string& run_folder);

}  // namespace haar::engines
