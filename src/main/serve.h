// The composition root: everything that a running haar is made of.
#pragma once

#include "main/config.h"

namespace haar::main {

// Serves until SIGINT, SIGTERM or the operator's `stop`. The process's exit status.
int serve(const Config& config);

}  // namespace haar::main
