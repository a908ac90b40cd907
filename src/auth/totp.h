// Time-based one-time passwords as virtual MFA devices make them: RFC 6238 with SHA-1, six digits, 30 seconds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace haar::auth {

inline constexpr std::int64_t totp_step_seconds = 30;

// The step that a moment lies in: the moving factor.
inline std::int64_t totp_step(Timestamp at) { return at.seconds() / totp_step_seconds; }
// The secret that a seed in Base32 (RFC 4648, upper case, spaces allowed) stands for; nullopt if it is none.
std::optional<std::string> totp_secret(std::string_view base32);
// Six digits. `step` is not negative.
std::string totp_code(std::string_view secret, std::int64_t step);

// The first step from `first` to `last` at which `code` is shown, and, if `next` is given, `next` in the step
// after it. Codes are compared in constant time; the work grows with the number of steps.
std::optional<std::int64_t> find_totp_step(std::string_view secret, std::int64_t first, std::int64_t last,
                                           std::string_view code, std::optional<std::string_view> next = std::nullopt);

}  // namespace haar::auth
