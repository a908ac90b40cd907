#include "services/cloudtrail/delivery/digest_key.h"

#include <openssl/crypto.h>
#include <openssl/encoder.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <array>
#include <memory>

#include "base/encoding.h"

namespace haar::cloudtrail {
namespace {

// What AWS's own have.
constexpr unsigned key_bits = 2048;

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  void operator()(OSSL_ENCODER_CTX* context) const { OSSL_ENCODER_CTX_free(context); }
  void operator()(PKCS8_PRIV_KEY_INFO* info) const { PKCS8_PRIV_KEY_INFO_free(info); }
};
using Key = std::unique_ptr<EVP_PKEY, Free>;

Error failed(const char* what) { return {"InternalFailure", std::string("OpenSSL cannot ") + what, 500, Fault::receiver}; }

std::string public_pkcs1(const Key& key) {
  const std::unique_ptr<OSSL_ENCODER_CTX, Free> encoder(
      OSSL_ENCODER_CTX_new_for_pkey(key.get(), EVP_PKEY_PUBLIC_KEY, "DER", "type-specific", nullptr));
  unsigned char* bytes = nullptr;
  std::size_t size = 0;
  if (!encoder || OSSL_ENCODER_to_data(encoder.get(), &bytes, &size) != 1) return {};
  std::string out(reinterpret_cast<const char*>(bytes), size);
  OPENSSL_free(bytes);
  return out;
}

std::string private_pkcs8(const Key& key) {
  const std::unique_ptr<PKCS8_PRIV_KEY_INFO, Free> info(EVP_PKEY2PKCS8(key.get()));
  unsigned char* bytes = nullptr;
  const int size = info ? i2d_PKCS8_PRIV_KEY_INFO(info.get(), &bytes) : 0;
  if (size <= 0) return {};
  std::string out(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_clear_free(bytes, static_cast<std::size_t>(size));
  return out;
}

}  // namespace

Result<DigestKey> make_digest_key() {
  const Key key(EVP_RSA_gen(key_bits));
  if (!key) return failed("make an RSA key");
  DigestKey out;
  out.public_der = public_pkcs1(key);
  out.private_der = private_pkcs8(key);
  if (out.public_der.empty() || out.private_der.empty()) return failed("write an RSA key");
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(out.public_der.data(), out.public_der.size(), digest.data(), &size, EVP_md5(), nullptr);
  out.fingerprint = to_hex({reinterpret_cast<const char*>(digest.data()), size});
  return out;
}

Result<std::string> sign_digest(std::string_view private_der, std::string_view text) {
  const auto* at = reinterpret_cast<const unsigned char*>(private_der.data());
  const Key key(d2i_AutoPrivateKey(nullptr, &at, static_cast<long>(private_der.size())));
  const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
  if (!key || !context) return failed("read an RSA key");
  std::size_t size = 0;
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) != 1 ||
      EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size()) != 1)
    return failed("sign");
  std::string out(size, '\0');
  if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size, bytes, text.size()) != 1)
    return failed("sign");
  out.resize(size);
  return to_hex(out);
}

}  // namespace haar::cloudtrail
