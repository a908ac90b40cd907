// The one list of all services. CMake and tools/tidy.py read it too: its order is the layers', lowest first.
#pragma once

#include <vector>

#include "api/kit/row.h"
#include "services/manifest/service.h"
#include "store/space.h"

namespace haar::main {

const services::ServiceList& all_services();

void register_all(api::Registry& registry);
// What every service keeps, and what the program keeps beside them.
std::vector<const store::SpaceBase*> all_spaces();

}  // namespace haar::main
