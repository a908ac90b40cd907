// The versions that AWS offers of the engines that haar can run. By engine; of each, oldest first.
#pragma once

#include <span>

#include "services/managed/engine_versions.h"

namespace haar::rds {

std::span<const managed::KnownVersion> known_versions();

}  // namespace haar::rds
