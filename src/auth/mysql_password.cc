#include "auth/mysql_password.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "base/encoding.h"

namespace haar::auth {
namespace {

std::string sha1(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  ::EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr);
  return {reinterpret_cast<const char*>(digest.data()), size};
}

}  // namespace

std::string mysql_native_verifier(std::string_view password) {
  std::string hex = to_hex(sha1(sha1(password)));
  std::ranges::transform(hex, hex.begin(), [](char c) { return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c; });
  return "*" + hex;
}

std::string mysql_native_answer(std::string_view password, std::string_view scramble) {
  if (password.empty()) return {};
  std::string out = sha1(password);
  const std::string mask = sha1(std::string(scramble) + sha1(out));
  for (std::size_t i = 0; i < out.size() && i < mask.size(); ++i) out[i] = static_cast<char>(out[i] ^ mask[i]);
  return out;
}

}  // namespace haar::auth
