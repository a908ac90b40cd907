// Codes that prove that somebody reads the mail of an address, or holds a telephone: of a few characters, good once, for
// minutes. What is stored is a digest under the key file; it fits one purpose (which account or sign-up, which address), so
// a code is of no use anywhere else.
#pragma once

#include <string>
#include <string_view>

#include "auth/keyring.h"
#include "base/clock.h"
#include "base/ids.h"

namespace haar::account {

inline constexpr std::int64_t code_seconds = 10 * 60;
inline constexpr std::size_t code_length = 6;
inline constexpr std::string_view code_digits = "0123456789";

struct OneTimeCode {
  std::string digest;  // empty: none is awaited
  Timestamp expires{};

  template <class V>
  void fields(V& v) {
    v(1, digest), v(2, expires);
  }
};

struct NewCode {
  std::string text;
  OneTimeCode stored;
};
NewCode new_code(const auth::Keyring& keyring, Random& random, std::string_view purpose, Timestamp now,
                 std::string_view alphabet = code_digits);

enum class CodeFit : std::uint8_t { right, wrong, expired };
// In a time that tells nothing of the code.
CodeFit check_code(const auth::Keyring& keyring, const OneTimeCode& stored, std::string_view purpose, std::string_view text,
                   Timestamp now);

}  // namespace haar::account
