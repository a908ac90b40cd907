// Looking up users.
#pragma once

#include <optional>
#include <string>

#include "engines/supervisor.h"

namespace haar::engines {

std::optional<EngineUser> user_named(const std::string& name);
EngineUser current_user();

}  // namespace haar::engines
