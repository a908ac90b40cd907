// What SQLite does not tell of a write-ahead log: it takes the first frame that does not match its checksum for the torn
// end of a log, and forgets every commit behind it.
#pragma once

#include <string>

#include "base/result.h"

namespace haar::store {

// Before SQLite has opened the log: an error that names it where commits that were durable lie behind damage. One commit
// may lie in pieces behind the end, the one that a crash interrupted, and the rests of such before it; where there are
// more, they are no rests.
Result<void> check_log(const std::string& state_file);

}  // namespace haar::store
