// Reading a small file without waiting on it and without believing its name: no link is followed, nothing but a
// plain file is read, and no more of it than asked for.
#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"

namespace haar::engines {

// Error "InternalFailure" that names the file: if it is missing, a link, a FIFO or anything else than a file,
// or longer than `longest` bytes.
Result<std::string> read_own_file(const std::string& path, std::size_t longest);

}  // namespace haar::engines
