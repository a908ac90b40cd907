#include "auth/webauthn.h"

#include <gtest/gtest.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>

#include <memory>

#include "auth/sha256.h"
#include "base/base64url.h"

namespace haar::auth {
namespace {

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};

// A security key that holds one P-256 key, and says whatever a test wants.
class SecurityKey {
 public:
  SecurityKey() : key_(EVP_EC_gen("P-256")) {}

  // CTAP 2: the hash of the site, flags, the count, and at registration the credential with its key in COSE's form.
  [[nodiscard]] std::string data(const std::string& rp_id, unsigned char flags, std::uint32_t count, bool credential) const {
    std::string out(bytes_of(sha256(rp_id)));
    out += static_cast<char>(flags);
    for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(count >> shift);
    if (!credential) return out;
    out += std::string(16, '\x01') + std::string("\0\x04", 2) + "cred";
    out += std::string("\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20", 10) + coordinate(OSSL_PKEY_PARAM_EC_PUB_X);
    out += std::string("\x22\x58\x20", 3) + coordinate(OSSL_PKEY_PARAM_EC_PUB_Y);
    return out;
  }
  [[nodiscard]] std::string sign(const std::string& authenticator_data, const std::string& client_data) const {
    const std::string message = authenticator_data + std::string(bytes_of(sha256(client_data)));
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, key_.get());
    std::size_t size = 0;
    const auto* input = reinterpret_cast<const unsigned char*>(message.data());
    EVP_DigestSign(context, nullptr, &size, input, message.size());
    std::string out(size, '\0');
    EVP_DigestSign(context, reinterpret_cast<unsigned char*>(out.data()), &size, input, message.size());
    EVP_MD_CTX_free(context);
    out.resize(size);
    return out;
  }

 private:
  [[nodiscard]] std::string coordinate(const char* name) const {
    BIGNUM* number = nullptr;
    EVP_PKEY_get_bn_param(key_.get(), name, &number);
    std::string out(32, '\0');
    BN_bn2binpad(number, reinterpret_cast<unsigned char*>(out.data()), 32);
    BN_free(number);
    return out;
  }
  std::unique_ptr<EVP_PKEY, FreeKey> key_;
};

const WebAuthnRequest asked{"challenge-1", "http://haar.localhost:4566", "haar.localhost"};

std::string client_data(const std::string& type, const std::string& challenge = asked.challenge,
                        const std::string& origin = asked.origin, const std::string& more = "") {
  return R"({"type":")" + type + R"(","challenge":")" + challenge + R"(","origin":")" + origin + "\"" + more + "}";
}

class WebAuthnTest : public ::testing::Test {
 protected:
  std::string why(const std::string& client, const std::string& data, const std::string& signature) {
    const Result<std::uint32_t> count = verify_assertion(asked, known_, client, data, signature);
    return count.ok() ? std::to_string(*count) : count.error().code;
  }
  SecurityKey key_;
  PublicKeyCredential known_ =
      read_registration(asked, client_data("webauthn.create"), key_.data(asked.rp_id, 0x41, 7, true)).value();
  const std::string get_ = client_data("webauthn.get");
};

TEST_F(WebAuthnTest, AKeyIsRegisteredAndItsSignatureTaken) {
  EXPECT_EQ(known_.id, "cred");
  EXPECT_EQ(known_.algorithm, cose_es256);
  EXPECT_EQ(known_.public_key.size(), 64U);
  EXPECT_EQ(known_.sign_count, 7U);
  const std::string data = key_.data(asked.rp_id, 0x01, 8, false);
  EXPECT_EQ(why(get_, data, key_.sign(data, get_)), "8");
}

TEST_F(WebAuthnTest, AnAnswerToSomethingElseIsNone) {
  const std::string data = key_.data(asked.rp_id, 0x01, 8, false);
  for (const std::string& client :
       {client_data("webauthn.create"), client_data("webauthn.get", "challenge-2"),
        client_data("webauthn.get", asked.challenge, "http://evil.example"),
        client_data("webauthn.get", asked.challenge, "http://haar.localhost:4567"),
        client_data("webauthn.get", asked.challenge, asked.origin, R"(,"crossOrigin":true)"), std::string("{}"),
        std::string("x")})
    EXPECT_EQ(why(client, data, key_.sign(data, client)), "InvalidPasskey") << client;
  WebAuthnRequest nothing = asked;
  nothing.challenge.clear();
  const std::string empty = client_data("webauthn.get", "");
  EXPECT_FALSE(verify_assertion(nothing, known_, empty, data, key_.sign(data, empty)).ok());
}

TEST_F(WebAuthnTest, WhatTheKeySaysMustHold) {
  for (const std::string& data :
       {key_.data("evil.example", 0x01, 8, false), key_.data(asked.rp_id, 0x00, 8, false), key_.data(asked.rp_id, 0x01, 7, false),
        key_.data(asked.rp_id, 0x01, 0, false), std::string("short")})
    EXPECT_EQ(why(get_, data, key_.sign(data, get_)), "InvalidPasskey");
}

TEST_F(WebAuthnTest, ASignatureOfAnotherKeyOrOfOtherBytesIsNone) {
  const std::string data = key_.data(asked.rp_id, 0x01, 8, false);
  EXPECT_EQ(why(get_, data, SecurityKey().sign(data, get_)), "InvalidPasskey");
  EXPECT_EQ(why(get_, data, key_.sign(key_.data(asked.rp_id, 0x01, 9, false), get_)), "InvalidPasskey");
  EXPECT_EQ(why(get_, data, ""), "InvalidPasskey");
  std::string bent = key_.sign(data, get_);
  bent.back() = static_cast<char>(bent.back() ^ 1);
  EXPECT_EQ(why(get_, data, bent), "InvalidPasskey");
}

TEST_F(WebAuthnTest, ARegistrationThatIsNoneIsRefused) {
  const std::string create = client_data("webauthn.create"), whole = key_.data(asked.rp_id, 0x41, 0, true);
  EXPECT_FALSE(read_registration(asked, get_, whole).ok());
  EXPECT_FALSE(read_registration(asked, create, key_.data(asked.rp_id, 0x01, 0, false)).ok());
  EXPECT_FALSE(read_registration(asked, create, key_.data("evil.example", 0x41, 0, true)).ok());
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(read_registration(asked, create, whole.substr(0, size)).ok()) << size;
}

TEST_F(WebAuthnTest, AKeyThatCountsNothingIsTaken) {
  known_.sign_count = 0;
  const std::string data = key_.data(asked.rp_id, 0x01, 0, false);
  EXPECT_EQ(why(get_, data, key_.sign(data, get_)), "0");
}

}  // namespace
}  // namespace haar::auth
