// Named values about the whole file: format, writer, revision, spaces.
#pragma once

#include <string>
#include <string_view>

#include "store/sqlite.h"

namespace haar::store {

// The code of an error that a full disk made.
inline constexpr std::string_view disk_full_code = "DiskFull";

// Empty if there is no such value; not checked against its sum.
Result<std::string> plain_meta(Connection& db, std::string_view name);
// Missing, or not as it was written: an error that names file and value.
Result<std::string> checked_meta(Connection& db, const std::string& path, std::string_view name);
Result<void> put_meta(Connection& db, std::string_view name, const std::string& value);

}  // namespace haar::store
