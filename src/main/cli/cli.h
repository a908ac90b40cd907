// The command line: arguments to commands.
#pragma once

#include <functional>

#include "main/cli/commands.h"
#include "main/config.h"
#include "main/setup/setup.h"

namespace haar::main {

// What the two big commands do; tests put their own in.
struct Programs {
  std::function<int(const Config&)> serve;
  std::function<int(const SetupOptions&)> setup;
};

// The process's exit status: 0 done, 1 failed, 2 not understood.
int run_command_line(int argc, const char* const* argv, const Programs& programs, const Terminal& terminal);

}  // namespace haar::main
