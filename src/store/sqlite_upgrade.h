// From the formats of older versions to this one's.
#pragma once

#include "store/sqlite_tables.h"

namespace haar::store {

// Format 1 had no checksums. One transaction: after a crash the file is as before.
Result<void> upgrade_from_1(Connection& db, const std::string& path);

}  // namespace haar::store
