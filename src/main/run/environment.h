// The environment of who acts as an instance: no credentials but those of its metadata service, and where haar is.
#pragma once

#include <string>
#include <vector>

namespace haar::main {

struct InstanceSurroundings {
  std::string endpoint;  // "http://127.0.0.1:4566"
  std::string region;
};

// "NAME=value" each. What names a person's own credentials or the files with them is taken out, and the files that
// clients would look for in the home folder are replaced by an empty one; where haar is stands there unless something
// stood there before.
std::vector<std::string> instance_environment(const std::vector<std::string>& own, const InstanceSurroundings& at);

}  // namespace haar::main
