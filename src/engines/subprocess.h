// A short-lived program whose output haar reads (--version). Engines are started by the supervisor instead.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "engines/supervisor.h"

namespace haar::engines {

// Standard output, at most 64 KiB, of a program that exits with 0 within the time; it is killed otherwise.
Result<std::string> output_of(const std::string& program, const std::vector<std::string>& arguments,
                              Milliseconds timeout);

}  // namespace haar::engines
