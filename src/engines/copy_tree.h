// Copying a prepared data folder.
#pragma once

#include <string>

#include "base/result.h"
#include "engines/supervisor.h"

namespace haar::engines {

// Copies the contents of the folder `from` into the folder `to`, which is there and empty: folders and plain
// files only, modes kept, everything given to `owner` where haar is root. Shares blocks where the file system
// can (copy_file_range). Not synced.
Result<void> copy_tree(const std::string& from, const std::string& to, const EngineUser& owner);
// Everything on the file system of `folder` is on disk when this returns.
Result<void> sync_file_system(const std::string& folder);

}  // namespace haar::engines
