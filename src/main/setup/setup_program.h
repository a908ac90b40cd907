// Programs that a set-up runs for the person at the keyboard (aws --version, python3, pip): with that person's
// environment, which names proxies and package indexes. Engines never start this way.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/result.h"

namespace haar::main {

// Standard output and error together, at most the last 64 KiB. Error "ProgramFailed" with the last line of
// output when it does not end with 0; it is killed, with its children, when the time is over.
Result<std::string> run_program(const std::string& program, const std::vector<std::string>& arguments,
                                std::chrono::milliseconds most);

}  // namespace haar::main
