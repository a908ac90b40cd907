// Owns an open folder.
#pragma once

#include <dirent.h>

#include <memory>

namespace haar::engines {

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};
using Folder = std::unique_ptr<DIR, CloseFolder>;

}  // namespace haar::engines
