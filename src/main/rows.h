// Every service of the program: its rows, and what it keeps.
#pragma once

#include <vector>

#include "api/kit/row.h"
#include "store/space.h"

namespace haar::main {

void register_all(api::Registry& registry);
std::vector<const store::SpaceBase*> all_spaces();

}  // namespace haar::main
