// The versions that AWS offers of its engines on MySQL and MariaDB.
#pragma once

#include <span>

#include "services/managed/engine_versions.h"

namespace haar::rds {

std::span<const managed::KnownVersion> mysql_versions();

}  // namespace haar::rds
