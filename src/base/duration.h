// Durations as people write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace haar {

// Seconds of "90", "90s", "15m", "24h", "30d". Nothing for anything else.
std::optional<std::int64_t> parse_duration(std::string_view text);

}  // namespace haar
