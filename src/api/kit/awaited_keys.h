// What a Describe waits for.
#pragma once

#include <vector>

#include "store/key.h"

namespace haar::api {

// The records whose change can end the wait, in whatever key space; a key also stands for those below it: that of a
// cluster for those of its nodes. Empty: nothing is waited for.
using AwaitedKeys = std::vector<store::Key>;

}  // namespace haar::api
