#include "auth/sha256.h"

#include <gtest/gtest.h>

#include "base/encoding.h"

namespace haar::auth {
namespace {

std::string hex(const Digest& d) { return to_hex(bytes_of(d)); }

TEST(Sha256, fips_180_examples) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex(Sha256().add("a").add("").add("bc").finish()), sha256_hex("abc"));
}

TEST(Hmac, rfc_4231_cases) {
  EXPECT_EQ(hex(hmac_sha256(std::string(20, '\x0b'), "Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  // A key longer than a block is hashed first.
  const HmacKey key(std::string(131, '\xaa'));
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(hex(key.sign("Test Using Larger Than Block-Size Key - Hash Key First")),
              "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Hkdf, rfc_5869_case_1_first_block) {
  EXPECT_EQ(hex(hkdf_sha256(std::string(22, '\x0b'), *from_hex("000102030405060708090a0b0c"),
                            *from_hex("f0f1f2f3f4f5f6f7f8f9"))),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf");
}

TEST(Pbkdf2, rfc_7914_case) {
  EXPECT_EQ(hex(pbkdf2_sha256("passwd", "salt", 1)),
            "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc");
}

}  // namespace
}  // namespace haar::auth
