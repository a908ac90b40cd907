// What holds an engine in, on this machine: found out once, put on at every start, told to people.
#pragma once

#include <string>
#include <vector>

#include "engines/namespaces.h"

namespace haar::engines {

struct Layers {
  int landlock = 0;      // the kernel's ABI; 0: none
  bool seccomp = false;
  namespaces::Kind namespaces = namespaces::Kind::none;
  bool own_users = false;  // a user id an engine

  static Layers of_this_machine();
};

// One sentence for each layer that is in force, and one for each that is not and could be, with what would bring it.
struct LayersTold {
  std::vector<std::string> in_force, missing;
};
LayersTold tell(const Layers& layers);

}  // namespace haar::engines
