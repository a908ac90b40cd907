// Copying a prepared data folder.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "engines/supervisor.h"

namespace haar::engines {

// Copies the contents of the folder `from` into the folder `to`, which is there and empty: folders and plain
// files only, modes kept, everything given to `owner` where haar is root. Shares blocks where the file system
// can (copy_file_range). Not synced.
Result<void> copy_tree(const std::string& from, const std::string& to, const EngineUser& owner);
// The same of a folder in which others write, delete and make files meanwhile: what is gone is left out. What an engine may
// have put in the place of a file is not waited for.
struct CopyRules {
  std::function<bool(std::string_view path)> is_copied;  // of its contents, by their paths in the folder
  std::function<bool()> is_over;                         // asked before each file: error "EngineNotReady"
};
Result<void> copy_running_tree(const std::string& from, const std::string& to, const EngineUser& owner, const CopyRules& rules);
// Everything on the file system of `folder` is on disk when this returns.
Result<void> sync_file_system(const std::string& folder);

}  // namespace haar::engines
