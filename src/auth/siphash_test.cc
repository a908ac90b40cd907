#include "auth/siphash.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <cstring>
#include <memory>
#include <string>

namespace haar::auth {
namespace {

// OpenSSL's own, which is slow to begin.
ShortHash reference(const std::array<std::uint64_t, 2>& key, std::string_view text) {
  const std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> mac(EVP_MAC_fetch(nullptr, "SIPHASH", nullptr), EVP_MAC_free);
  const std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)> context(EVP_MAC_CTX_new(mac.get()), EVP_MAC_CTX_free);
  EXPECT_EQ(EVP_MAC_init(context.get(), reinterpret_cast<const unsigned char*>(key.data()), sizeof key, nullptr), 1);
  EXPECT_EQ(EVP_MAC_update(context.get(), reinterpret_cast<const unsigned char*>(text.data()), text.size()), 1);
  std::array<unsigned char, 16> bytes{};
  std::size_t size = 0;
  EXPECT_EQ(EVP_MAC_final(context.get(), bytes.data(), &size, bytes.size()), 1);
  EXPECT_EQ(size, bytes.size());
  ShortHash out{};
  std::memcpy(out.data(), bytes.data(), bytes.size());
  return out;
}

TEST(SipHash, isOpenSslsForEveryLength) {
  const std::array<std::uint64_t, 2> key{0x0706050403020100, 0x0f0e0d0c0b0a0908};
  std::string text;
  for (int length = 0; length < 300; ++length) {
    EXPECT_EQ(siphash(key, text), reference(key, text)) << length;
    text.push_back(static_cast<char>(length * 7));
  }
}

TEST(SipHash, anotherKeyGivesAnother) { EXPECT_NE(siphash({1, 2}, "secret"), siphash({1, 3}, "secret")); }

}  // namespace
}  // namespace haar::auth
