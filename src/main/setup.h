// `haar setup`: from an empty haar to a working profile, a cluster and a cache.
#pragma once

#include <string>

namespace haar::main {

struct SetupOptions {
  bool defaults = false;  // ask nothing
  std::string data;       // the data folder; empty: the usual one
};

// The process's exit status.
int setup(const SetupOptions& options);

}  // namespace haar::main
