// The lock that keeps two programs from one folder.
#pragma once

#include <string>

#include "base/file.h"

namespace haar {

struct LockFile {
  Fd fd;               // holds the lock for as long as it is open
  bool taken = false;  // false: another process has it
  std::string holder;  // that one's pid as it wrote it, empty when it wrote none
};

// Locks `path`, which is made when it is missing (mode 0600), and writes this process's pid into it. A lock whose holder
// has died is one that a child of it still has until it executes its program: that is waited for, five seconds at most.
// Errors as in base/file.h, when the file cannot be opened, locked or written.
Result<LockFile> take_lock_file(const std::string& path);

}  // namespace haar
