// What src/main needs of ec2: its rows, its key spaces, and the network that a new account starts with
// (begin_default_networks, in network.h).
#pragma once

#include <vector>

#include "api/kit/row.h"
#include "api/kit/tagged.h"
#include "store/space.h"

namespace haar::ec2 {

// What has tags, for the Resource Groups Tagging API.
void add_tagged(const api::Call& call, api::TaggedResources& out);

}  // namespace haar::ec2
