// Keeping the logs of engines bounded.
#pragma once

#include <sys/types.h>

#include <string>

namespace haar::engines {

// The last `longest` bytes of a log that is longer become <path>.1 (replacing that), and it starts anew. The engine holds its
// log by a descriptor, so the file is copied and cut, not renamed; lines of that very moment may be lost.
void rotate_log(const std::string& path, off_t longest);

}  // namespace haar::engines
