#include "services/ec2/key_pairs/key_material.h"

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <memory>

#include "auth/ssh_binary.h"
#include "base/encoding.h"

namespace haar::ec2 {
namespace {

constexpr std::string_view ssh_rsa = "ssh-rsa", ssh_ed25519 = "ssh-ed25519";
constexpr std::string_view white_space = " \t\r\n";
constexpr int importable_bits[] = {1024, 2048, 4096};
constexpr std::size_t ed25519_bytes = 32;
constexpr std::size_t pem_line = 70;  // as ssh-keygen wraps

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using auth::Number;

// ---- SSH's binary form (RFC 4253, RFC 8709) --------------------------------------------------------------

Number number_in(const Key& key, const char* name) {
  BIGNUM* number = nullptr;
  EVP_PKEY_get_bn_param(key.get(), name, &number);
  return {number, BN_free};
}

Key rsa_key(const Number& exponent, const Number& modulus) {
  const std::unique_ptr<OSSL_PARAM_BLD, decltype(&OSSL_PARAM_BLD_free)> build(OSSL_PARAM_BLD_new(), OSSL_PARAM_BLD_free);
  OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get());
  OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get());
  const std::unique_ptr<OSSL_PARAM, decltype(&OSSL_PARAM_free)> parameters(OSSL_PARAM_BLD_to_param(build.get()),
                                                                          OSSL_PARAM_free);
  const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(
      EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr), EVP_PKEY_CTX_free);
  EVP_PKEY* key = nullptr;
  EVP_PKEY_fromdata_init(context.get());
  EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get());
  return {key, EVP_PKEY_free};
}

std::array<unsigned char, ed25519_bytes> raw_public(const Key& key) {
  std::array<unsigned char, ed25519_bytes> bytes{};
  std::size_t size = bytes.size();
  EVP_PKEY_get_raw_public_key(key.get(), bytes.data(), &size);
  return bytes;
}
template <class Bytes>
std::string_view view(const Bytes& bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

// Empty: neither RSA nor ED25519.
std::string ssh_binary(const Key& key) {
  std::string binary;
  if (EVP_PKEY_is_a(key.get(), "ED25519") == 1) {
    auth::add_ssh_field(binary, ssh_ed25519);
    auth::add_ssh_field(binary, view(raw_public(key)));
  } else if (EVP_PKEY_is_a(key.get(), "RSA") == 1) {
    auth::add_ssh_field(binary, ssh_rsa);
    auth::add_ssh_number(binary, number_in(key, OSSL_PKEY_PARAM_RSA_E).get());
    auth::add_ssh_number(binary, number_in(key, OSSL_PKEY_PARAM_RSA_N).get());
  }
  return binary;
}

Key no_key() { return {nullptr, EVP_PKEY_free}; }

Key key_of_ssh_binary(std::string_view binary) {
  const auto name = auth::take_ssh_field(binary);
  const auto first = auth::take_ssh_field(binary);
  if (!name || !first) return no_key();
  if (*name == ssh_ed25519) {
    if (first->size() != ed25519_bytes || !binary.empty()) return no_key();
    return {EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, reinterpret_cast<const unsigned char*>(first->data()),
                                        first->size()), EVP_PKEY_free};
  }
  const auto modulus = auth::take_ssh_field(binary);
  if (*name != ssh_rsa || !modulus || !binary.empty() || first->empty() || modulus->empty()) return no_key();
  return rsa_key(auth::number_of(*first), auth::number_of(*modulus));
}

// ---- fingerprints -------------------------------------------------------------------------------------------

std::string digest(std::string_view bytes, const EVP_MD* method) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned size = 0;
  EVP_Digest(bytes.data(), bytes.size(), out.data(), &size, method, nullptr);
  return {reinterpret_cast<const char*>(out.data()), size};
}

// "7a:1d:ea:…"
std::string colons(std::string_view bytes) {
  const std::string hex = to_hex(bytes);
  std::string text;
  for (std::size_t i = 0; i < hex.size(); i += 2) text += (text.empty() ? "" : ":") + hex.substr(i, 2);
  return text;
}

std::string public_der(const Key& key) {
  unsigned char* bytes = nullptr;
  const int size = i2d_PUBKEY(key.get(), &bytes);
  if (size <= 0) return {};
  std::string out(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return out;
}

std::string ed25519_fingerprint(const Key& key) { return to_base64(digest(ssh_binary(key), EVP_sha256())); }

std::string pkcs8_sha1(const Key& key) {
  const std::unique_ptr<PKCS8_PRIV_KEY_INFO, decltype(&PKCS8_PRIV_KEY_INFO_free)> info(EVP_PKEY2PKCS8(key.get()),
                                                                                      PKCS8_PRIV_KEY_INFO_free);
  unsigned char* bytes = nullptr;
  const int size = i2d_PKCS8_PRIV_KEY_INFO(info.get(), &bytes);
  if (size <= 0) return {};
  const auto length = static_cast<std::size_t>(size);
  std::string sum = digest({reinterpret_cast<const char*>(bytes), length}, EVP_sha1());
  OPENSSL_clear_free(bytes, length);
  return colons(sum);
}

// ---- private keys -------------------------------------------------------------------------------------------

std::string pkcs1_pem(const Key& key) {
  const Bio bio(BIO_new(BIO_s_secmem()), BIO_free);
  if (PEM_write_bio_PrivateKey_traditional(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) return {};
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

// OpenSSL does not write this form: OpenSSH's PROTOCOL.key, without a passphrase.
std::string openssh_pem(const Key& key) {
  std::array<unsigned char, ed25519_bytes> secret{};
  std::size_t size = secret.size();
  std::array<unsigned char, 4> check{};
  if (EVP_PKEY_get_raw_private_key(key.get(), secret.data(), &size) != 1 || RAND_bytes(check.data(), 4) != 1) return {};
  std::string inner;
  for (int twice = 0; twice < 2; ++twice) inner.append(view(check));
  auth::add_ssh_field(inner, ssh_ed25519);
  auth::add_ssh_field(inner, view(raw_public(key)));
  auth::add_ssh_field(inner, std::string(view(secret)) + std::string(view(raw_public(key))));
  auth::add_ssh_field(inner, "");  // no comment
  for (char pad = 1; inner.size() % 8 != 0; ++pad) inner.push_back(pad);
  std::string all("openssh-key-v1");
  all.push_back('\0');
  for (const std::string_view text : {"none", "none", ""}) auth::add_ssh_field(all, text);  // cipher, key derivation, its options
  auth::add_ssh_size(all, 1);  // keys
  auth::add_ssh_field(all, ssh_binary(key));
  auth::add_ssh_field(all, inner);
  const std::string base64 = to_base64(all);
  std::string text = "-----BEGIN OPENSSH PRIVATE KEY-----\n";
  for (std::size_t i = 0; i < base64.size(); i += pem_line) text += base64.substr(i, pem_line) + "\n";
  return text + "-----END OPENSSH PRIVATE KEY-----\n";
}

std::string ssh_text(const Key& key) {
  const bool rsa = EVP_PKEY_is_a(key.get(), "RSA") == 1;
  return std::string(rsa ? ssh_rsa : ssh_ed25519) + " " + to_base64(ssh_binary(key));
}

// ---- what is imported ---------------------------------------------------------------------------------------

// The base64 between lines that begin with dashes, without header lines ("Comment: …" and what they go on in).
std::string body_of(std::string_view text) {
  std::string body;
  bool goes_on = false;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    const bool header = goes_on || line.find(':') != std::string_view::npos;
    goes_on = header && line.ends_with('\\');
    if (!header && !line.starts_with("--")) body.append(line);
  }
  return body;
}

Key key_of_der(const std::string& der) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  Key key(d2i_PUBKEY(nullptr, &at, static_cast<long>(der.size())), EVP_PKEY_free);
  if (key == nullptr || at != reinterpret_cast<const unsigned char*>(der.data()) + der.size()) return no_key();
  return key;
}

Key key_of_text(std::string_view text) {
  const std::size_t start = text.find_first_not_of(white_space);
  if (start == std::string_view::npos) return no_key();
  text.remove_prefix(start);
  if (text.starts_with(ssh_rsa) || text.starts_with(ssh_ed25519)) {
    text.remove_prefix(std::min(text.size(), text.find_first_of(white_space)));
    text.remove_prefix(std::min(text.size(), text.find_first_not_of(white_space)));
    const std::optional<std::string> binary = from_base64(text.substr(0, text.find_first_of(white_space)));
    return binary ? key_of_ssh_binary(*binary) : no_key();
  }
  const std::optional<std::string> binary = from_base64(body_of(text));
  if (!binary) return no_key();
  return text.starts_with("---- BEGIN SSH2") ? key_of_ssh_binary(*binary) : key_of_der(*binary);
}

}  // namespace

std::optional<MadeKey> make_key(std::string_view type) {
  MadeKey out;
  if (type == key_type::rsa) {
    const Key key(EVP_RSA_gen(rsa_bits), EVP_PKEY_free);
    if (key != nullptr) out = {pkcs1_pem(key), ssh_text(key), pkcs8_sha1(key)};
  } else {
    const Key key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), EVP_PKEY_free);
    if (key != nullptr) out = {openssh_pem(key), ssh_text(key), ed25519_fingerprint(key)};
  }
  ERR_clear_error();
  if (out.private_text.empty() || out.fingerprint.empty()) return std::nullopt;
  return out;
}

std::optional<ReadKey> read_public_key(std::string_view text) {
  const Key key = key_of_text(text);
  ERR_clear_error();
  if (key == nullptr) return std::nullopt;
  if (EVP_PKEY_is_a(key.get(), "ED25519") == 1) return ReadKey{key_type::ed25519, ssh_text(key), ed25519_fingerprint(key)};
  const int bits = EVP_PKEY_get_bits(key.get());
  if (EVP_PKEY_is_a(key.get(), "RSA") != 1 || std::ranges::find(importable_bits, bits) == std::end(importable_bits))
    return std::nullopt;
  return ReadKey{key_type::rsa, ssh_text(key), colons(digest(public_der(key), EVP_md5()))};
}

}  // namespace haar::ec2
