#include "auth/password.h"

#include <gtest/gtest.h>

#include <set>

#include "auth/sha256.h"
#include "base/encoding.h"

namespace haar::auth {
namespace {

TEST(Argon2id, hashes_verify_and_carry_their_parameters) {
  const auto hash = hash_password("correct horse", system_random());
  ASSERT_TRUE(hash.ok());
  EXPECT_TRUE(hash->starts_with("$argon2id$v=19$m=19456,t=2,p=1$")) << *hash;
  EXPECT_TRUE(verify_password("correct horse", *hash));
  EXPECT_FALSE(verify_password("correct horsf", *hash));
  EXPECT_FALSE(verify_password("", *hash));
  EXPECT_NE(*hash, hash_password("correct horse", system_random()).value());
  for (const std::string broken : {"", "x", "$argon2id$v=19$m=19456,t=2,p=1$", "$2b$12$abc"})
    EXPECT_FALSE(verify_password("correct horse", broken));
  EXPECT_EQ(hash_password(std::string(max_password_bytes + 1, 'x'), system_random()).error().code,
            "InvalidParameterValue");
  EXPECT_FALSE(verify_password(std::string(max_password_bytes + 1, 'x'), *hash));
}

std::string xored(std::string_view a, std::string_view b) {
  std::string out(a);
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<char>(out[i] ^ b[i]);
  return out;
}

// RFC 7677 section 3: user "user", password "pencil". The exchange there is checked with the keys of a
// verifier made for the same salt, as PostgreSQL checks a login.
TEST(Scram, the_exchange_of_rfc_7677_is_accepted) {
  class Salt final : public Random {
   public:
    void fill(std::span<std::uint8_t> out) override {
      const std::string salt = *from_base64("W22ZaJ0SNY7soEsUEjb6gQ==");
      ASSERT_EQ(out.size(), salt.size());
      std::copy(salt.begin(), salt.end(), out.begin());
    }
  } salt;
  const std::string verifier = scram_sha256_verifier("pencil", salt).value();
  const std::string head = "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$";
  ASSERT_TRUE(verifier.starts_with(head)) << verifier;
  const std::size_t colon = verifier.rfind(':');
  const std::string stored = *from_base64(verifier.substr(head.size(), colon - head.size()));
  const std::string server = *from_base64(verifier.substr(colon + 1));
  const std::string exchange =
      "n=user,r=rOprNGfwEbeRWgbNEkqO,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
      "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
  EXPECT_EQ(to_base64(bytes_of(hmac_sha256(server, exchange))), "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
  const std::string proof = *from_base64("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
  const std::string client_key = xored(proof, bytes_of(hmac_sha256(stored, exchange)));
  EXPECT_EQ(bytes_of(sha256(client_key)), stored);
}

TEST(Scram, verifiers_hold_no_password_and_verify) {
  const std::string verifier = scram_sha256_verifier("S3cret! ~pass", system_random()).value();
  EXPECT_EQ(verifier.find("S3cret"), std::string::npos);
  EXPECT_TRUE(verify_scram_sha256("S3cret! ~pass", verifier));
  EXPECT_FALSE(verify_scram_sha256("S3cret! ~past", verifier));
  EXPECT_NE(verifier, scram_sha256_verifier("S3cret! ~pass", system_random()).value());
  for (const std::string broken : {"", "md5abc", "SCRAM-SHA-256$", "SCRAM-SHA-256$0:AAAA$AAAA:AAAA",
                                   "SCRAM-SHA-256$99999999:AAAA$AAAA:AAAA", "SCRAM-SHA-256$4096$AAAA:AAAA"})
    EXPECT_FALSE(verify_scram_sha256("S3cret! ~pass", broken));
}

TEST(Scram, what_saslprep_would_change_or_forbid_is_refused) {
  for (const std::string& password : {std::string(), std::string("a\nb"), std::string("a\0b", 3), std::string("a\x7f"),
                                     std::string("na\xc3\xafve"), std::string(max_password_bytes + 1, 'x')})
    EXPECT_EQ(scram_sha256_verifier(password, system_random()).error().code, "InvalidParameterValue");
}

TEST(Generated, secret_access_keys_and_passwords) {
  std::set<std::string> seen;
  for (int i = 0; i < 200; ++i) {
    const std::string secret = new_secret_access_key(system_random());
    EXPECT_EQ(secret.size(), 40U);
    EXPECT_EQ(secret.find_first_not_of(alphabet_secret), std::string::npos);
    const std::string password = new_password(system_random(), 8);
    EXPECT_EQ(password.size(), 8U);
    EXPECT_EQ(password.find_first_of("/@\"' `\\"), std::string::npos) << password;
    EXPECT_NE(password.find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), std::string::npos);
    EXPECT_NE(password.find_first_of("abcdefghijklmnopqrstuvwxyz"), std::string::npos);
    EXPECT_NE(password.find_first_of("0123456789"), std::string::npos);
    EXPECT_NE(password.find_first_of("!#$%&()*+,-.:;<=>?[]^_{|}~"), std::string::npos);
    EXPECT_TRUE(seen.insert(secret).second);
    EXPECT_TRUE(seen.insert(password).second);
  }
  EXPECT_EQ(new_password(system_random()).size(), 24U);
}

}  // namespace
}  // namespace haar::auth
