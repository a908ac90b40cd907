#pragma once

namespace haar {
inline constexpr const char* version = "0.1.0";
}
