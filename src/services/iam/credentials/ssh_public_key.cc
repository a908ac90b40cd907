#include "services/iam/credentials/ssh_public_key.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

#include <array>
#include <memory>

#include "auth/ssh_binary.h"
#include "base/encoding.h"
#include "model/iam/service.h"

namespace haar::iam {
namespace {

constexpr std::string_view algorithm = "ssh-rsa";
constexpr std::string_view white_space = " \t\r\n";

using auth::Number;
using PublicKey = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

Number no_number() { return {nullptr, BN_free}; }

// AWS's own description of the two errors is all that is known of their texts.
Error invalid_key() { return errors::InvalidPublicKey("The public key is malformed or otherwise invalid."); }
Error unrecognized() {
  return errors::UnrecognizedPublicKeyEncoding("The public key encoding format is unsupported or unrecognized.");
}

std::string binary_of(const BIGNUM* exponent, const BIGNUM* modulus) {
  std::string binary;
  auth::add_ssh_field(binary, algorithm);
  auth::add_ssh_number(binary, exponent);
  auth::add_ssh_number(binary, modulus);
  return binary;
}

struct Numbers {
  Number exponent = no_number(), modulus = no_number();
};

// nullopt: not the binary form of an RSA key.
std::optional<Numbers> numbers_of(std::string_view binary) {
  const auto name = auth::take_ssh_field(binary);
  const auto exponent = auth::take_ssh_field(binary);
  const auto modulus = auth::take_ssh_field(binary);
  if (!name || *name != algorithm || !exponent || !modulus || !binary.empty()) return std::nullopt;
  if (exponent->empty() || modulus->empty() || ((*exponent)[0] & 0x80) != 0 || ((*modulus)[0] & 0x80) != 0)
    return std::nullopt;
  return Numbers{auth::number_of(*exponent), auth::number_of(*modulus)};
}

bool is_sound(const Numbers& key) {
  const auto bits = static_cast<std::size_t>(BN_num_bits(key.modulus.get()));
  return bits >= ssh_key_bits_min && bits <= ssh_key_bits_max && BN_is_odd(key.modulus.get()) == 1 &&
         BN_is_odd(key.exponent.get()) == 1 && BN_is_one(key.exponent.get()) == 0 && BN_num_bits(key.exponent.get()) <= 64;
}

Result<std::string> read_ssh(std::string_view text) {
  text.remove_prefix(algorithm.size());
  const std::size_t start = text.find_first_not_of(" \t");
  if (start == std::string_view::npos || start == 0) return unrecognized();
  text.remove_prefix(start);
  const std::optional<std::string> binary = from_base64(text.substr(0, text.find_first_of(white_space)));
  if (!binary) return invalid_key();
  const std::optional<Numbers> key = numbers_of(*binary);
  if (!key || !is_sound(*key)) return invalid_key();
  return binary_of(key->exponent.get(), key->modulus.get());
}

Number parameter(const PublicKey& key, const char* name) {
  BIGNUM* number = nullptr;
  EVP_PKEY_get_bn_param(key.get(), name, &number);
  return {number, BN_free};
}

Result<std::string> read_pem(std::string_view text) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free);
  const PublicKey key(PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
  ERR_clear_error();
  if (key == nullptr || EVP_PKEY_is_a(key.get(), "RSA") != 1) return invalid_key();
  Numbers numbers{parameter(key, OSSL_PKEY_PARAM_RSA_E), parameter(key, OSSL_PKEY_PARAM_RSA_N)};
  if (numbers.exponent == nullptr || numbers.modulus == nullptr || !is_sound(numbers)) return invalid_key();
  return binary_of(numbers.exponent.get(), numbers.modulus.get());
}

PublicKey key_of(const Numbers& numbers) {
  const std::unique_ptr<OSSL_PARAM_BLD, decltype(&OSSL_PARAM_BLD_free)> build(OSSL_PARAM_BLD_new(), OSSL_PARAM_BLD_free);
  OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_N, numbers.modulus.get());
  OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_E, numbers.exponent.get());
  const std::unique_ptr<OSSL_PARAM, decltype(&OSSL_PARAM_free)> parameters(OSSL_PARAM_BLD_to_param(build.get()),
                                                                          OSSL_PARAM_free);
  const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(
      EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr), EVP_PKEY_CTX_free);
  EVP_PKEY* key = nullptr;
  EVP_PKEY_fromdata_init(context.get());
  EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get());
  return {key, EVP_PKEY_free};
}

}  // namespace

Result<std::string> read_ssh_public_key(std::string_view text) {
  const std::size_t start = text.find_first_not_of(white_space);
  if (start == std::string_view::npos) return unrecognized();
  text.remove_prefix(start);
  if (text.starts_with(algorithm)) return read_ssh(text);
  if (text.starts_with("-----BEGIN PUBLIC KEY-----")) return read_pem(text);
  return unrecognized();
}

std::string ssh_text(std::string_view binary) { return std::string(algorithm) + " " + to_base64(binary); }

std::string pem_text(std::string_view binary) {
  const std::optional<Numbers> numbers = numbers_of(binary);
  if (!numbers) return {};
  const PublicKey key = key_of(*numbers);
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), BIO_free);
  const bool written = key != nullptr && PEM_write_bio_PUBKEY(bio.get(), key.get()) == 1;
  ERR_clear_error();
  if (!written) return {};
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

std::string md5_fingerprint(std::string_view binary) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(binary.data(), binary.size(), digest.data(), &size, EVP_md5(), nullptr);
  const std::string hex = to_hex({reinterpret_cast<const char*>(digest.data()), size});
  std::string text;
  for (std::size_t i = 0; i < hex.size(); i += 2) text += (text.empty() ? "" : ":") + hex.substr(i, 2);
  return text;
}

}  // namespace haar::iam
