#include "services/cloudtrail/delivery/digest_key.h"

#include <gtest/gtest.h>
#include <openssl/decoder.h>
#include <openssl/evp.h>

#include "base/encoding.h"

namespace haar::cloudtrail {
namespace {

bool verifies(const std::string& public_der, std::string_view text, const std::string& signature) {
  EVP_PKEY* key = nullptr;
  OSSL_DECODER_CTX* decoder =
      OSSL_DECODER_CTX_new_for_pkey(&key, "DER", "type-specific", "RSA", EVP_PKEY_PUBLIC_KEY, nullptr, nullptr);
  const auto* at = reinterpret_cast<const unsigned char*>(public_der.data());
  std::size_t size = public_der.size();
  const bool read = OSSL_DECODER_from_data(decoder, &at, &size) == 1;
  OSSL_DECODER_CTX_free(decoder);
  if (!read) return false;
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  const bool good = EVP_DigestVerifyInit(context, nullptr, EVP_sha256(), nullptr, key) == 1 &&
                    EVP_DigestVerify(context, reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
                                     reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1;
  EVP_MD_CTX_free(context);
  EVP_PKEY_free(key);
  return good;
}

TEST(DigestKeys, SignWhatTheirPublicHalvesVerify) {
  const DigestKey key = make_digest_key().value();
  EXPECT_EQ(key.fingerprint.size(), 32u);
  const std::string signature = sign_digest(key.private_der, "text").value();
  EXPECT_EQ(signature, sign_digest(key.private_der, "text").value()) << "a delivery that is repeated says the same";
  EXPECT_TRUE(verifies(key.public_der, "text", from_hex(signature).value()));
  EXPECT_FALSE(verifies(key.public_der, "another text", from_hex(signature).value()));
  EXPECT_FALSE(verifies(make_digest_key()->public_der, "text", from_hex(signature).value()));
  EXPECT_FALSE(sign_digest("no key", "text").ok());
}

}  // namespace
}  // namespace haar::cloudtrail
