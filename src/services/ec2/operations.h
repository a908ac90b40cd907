// What src/main needs of ec2: its rows, its key spaces, and the network that a new account starts with
// (begin_default_networks, in network.h).
#pragma once

#include <vector>

#include "api/row.h"
#include "store/space.h"

namespace haar::ec2 {

void register_ec2(api::Registry& registry);
std::vector<const store::SpaceBase*> ec2_spaces();

}  // namespace haar::ec2
