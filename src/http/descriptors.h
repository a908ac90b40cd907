// The limit of open files, which every connection counts against.
#pragma once

#include <cstddef>

#include "base/result.h"

namespace haar::http {

// Raises the process's limit of open files so that this many connections fit beside all else that haar opens
// (state, engines, endpoints). How many do fit: fewer, with a warning, where the system permits no more. An error
// that says what to change when hardly any would.
Result<std::size_t> room_for_connections(std::size_t wanted);

// The rule by itself: of `files` descriptors, those that connections may have. 0: too few to serve.
std::size_t connections_within(std::size_t files, std::size_t wanted);

}  // namespace haar::http
