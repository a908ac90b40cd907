// `haar setup`: from an empty haar to a working profile, a cluster and a cache.
#pragma once

#include <string>

namespace haar::main {

struct SetupOptions {
  bool defaults = false;     // ask nothing
  bool install_cli = false;  // where no usable AWS CLI is on the path
  std::string data;          // the data folder; empty: the usual one
  std::string replace_key;   // an access key of the administrator's whose secret is lost
};

// A file that is there from the start of a set-up to its end, so that ./run goes on with one that was interrupted.
std::string unfinished_setup_file(const std::string& data);

// The process's exit status. Every step looks first what is there: a second run, also after one that was
// killed anywhere, goes on where the first stopped.
int setup(const SetupOptions& options);

}  // namespace haar::main
