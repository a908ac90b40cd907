// A digest as 64 hexadecimal digits, without a string.
#pragma once

#include <array>
#include <string_view>

#include "auth/sha256.h"
#include "base/hex.h"

namespace haar::auth {

class HexDigest {
 public:
  explicit HexDigest(const Digest& digest) { put_hex(digits_.data(), bytes_of(digest)); }
  [[nodiscard]] std::string_view text() const { return {digits_.data(), digits_.size()}; }

 private:
  std::array<char, 64> digits_;
};

}  // namespace haar::auth
