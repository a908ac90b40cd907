#include "auth/totp.h"

#include <liboath/oath.h>

#include <array>
#include <cassert>
#include <cstdlib>

#include "base/encoding.h"

namespace haar::auth {
namespace {

constexpr unsigned totp_digits = 6;

}  // namespace

std::optional<std::string> totp_secret(std::string_view base32) {
  char* bytes = nullptr;
  std::size_t size = 0;
  if (oath_base32_decode(base32.data(), base32.size(), &bytes, &size) != OATH_OK) return std::nullopt;
  std::string secret(bytes, size);
  std::free(bytes);
  return secret;
}

std::string totp_code(std::string_view secret, std::int64_t step) {
  std::array<char, totp_digits + 1> code{};
  const int made = oath_hotp_generate(secret.data(), secret.size(), static_cast<std::uint64_t>(step), totp_digits, false,
                                      OATH_HOTP_DYNAMIC_TRUNCATION, code.data());
  assert(made == OATH_OK && "it fails for other numbers of digits alone");
  return made == OATH_OK ? std::string(code.data(), totp_digits) : std::string();
}

std::optional<std::int64_t> find_totp_step(std::string_view secret, std::int64_t first, std::int64_t last,
                                           std::string_view code, std::optional<std::string_view> next) {
  std::optional<std::int64_t> found;
  for (std::int64_t step = first < 0 ? 0 : first; step <= last; ++step) {
    if (!equal_constant_time(totp_code(secret, step), code)) continue;
    if (next && !equal_constant_time(totp_code(secret, step + 1), *next)) continue;
    if (!found) found = step;
  }
  return found;
}

}  // namespace haar::auth
