// `haar endpoints --hosts` and `--write-hosts FILE`: names of endpoints for machines that ask no DNS server of haar's.
#pragma once

#include <string>

#include "main/cli/commands.h"

namespace haar::main {

// A file: its block is brought up to date; none: the lines are printed.
int endpoint_hosts(const std::string& data, const std::string& file, const Terminal& terminal);

}  // namespace haar::main
