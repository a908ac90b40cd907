// One maker of prepared folders at a time, among threads and processes: the others find what it made.
#pragma once

#include <string>

#include "base/file.h"
#include "base/result.h"
#include "engines/supervisor.h"

namespace haar::engines {

// Held until the descriptor is closed. Waits, and no longer than haar lives: errors "Stopping", "InternalFailure".
Result<Fd> lock_templates(const Supervisor& supervisor, const std::string& lock_path);

}  // namespace haar::engines
