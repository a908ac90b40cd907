#include "auth/jwt.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <array>
#include <boost/json.hpp>
#include <optional>

#include "base/base64url.h"

namespace haar::auth {
namespace {

namespace json = boost::json;

struct Algorithm {
  std::string_view name;
  std::string_view key_type;  // of the key: "RSA" or "EC"
  std::string_view curve;     // "P-256"; empty for RSA
  int number_bytes;           // of each half of an ECDSA signature
  const EVP_MD* (*digest)();
};
constexpr std::array<Algorithm, 6> algorithms{{{"RS256", "RSA", "", 0, EVP_sha256},
                                               {"RS384", "RSA", "", 0, EVP_sha384},
                                               {"RS512", "RSA", "", 0, EVP_sha512},
                                               {"ES256", "EC", "P-256", 32, EVP_sha256},
                                               {"ES384", "EC", "P-384", 48, EVP_sha384},
                                               {"ES512", "EC", "P-521", 66, EVP_sha512}}};

const Algorithm* find_algorithm(std::string_view name) {
  for (const Algorithm& algorithm : algorithms) {
    if (algorithm.name == name) return &algorithm;
  }
  return nullptr;
}

template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* object) const { Free(object); }
};
using PublicKey = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Deleter<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Deleter<EVP_MD_CTX_free>>;
using Number = std::unique_ptr<BIGNUM, Deleter<BN_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, Deleter<OSSL_PARAM_free>>;
using ParameterBuilder = std::unique_ptr<OSSL_PARAM_BLD, Deleter<OSSL_PARAM_BLD_free>>;
using EcdsaSignature = std::unique_ptr<ECDSA_SIG, Deleter<ECDSA_SIG_free>>;

const unsigned char* bytes_at(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

Error invalid(std::string message) { return {"InvalidJwt", std::move(message), 400}; }

std::optional<json::object> read_object(std::string_view text) {
  json::error_code error;
  json::value value = json::parse(text, error);
  if (error || !value.is_object()) return {};
  return std::move(value).as_object();
}

std::string text_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

PublicKey key_from(const char* type, OSSL_PARAM_BLD* builder) {
  const Parameters parameters(OSSL_PARAM_BLD_to_param(builder));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1)
    return nullptr;
  return PublicKey(key);
}

PublicKey rsa_key(const json::object& jwk) {
  const auto modulus = from_base64url(text_of(jwk, "n")), exponent = from_base64url(text_of(jwk, "e"));
  if (!modulus || !exponent || modulus->size() > max_rsa_bits / 8 + 1 || exponent->empty() || exponent->size() > 8)
    return nullptr;
  const Number n(BN_bin2bn(bytes_at(*modulus), static_cast<int>(modulus->size()), nullptr));
  const Number e(BN_bin2bn(bytes_at(*exponent), static_cast<int>(exponent->size()), nullptr));
  if (BN_num_bits(n.get()) < min_rsa_bits || BN_num_bits(n.get()) > max_rsa_bits || !BN_is_odd(e.get()) ||
      BN_is_one(e.get()))
    return nullptr;
  const ParameterBuilder builder(OSSL_PARAM_BLD_new());
  if (OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1)
    return nullptr;
  return key_from("RSA", builder.get());
}

PublicKey ec_key(const json::object& jwk, const Algorithm& algorithm) {
  const auto x = from_base64url(text_of(jwk, "x")), y = from_base64url(text_of(jwk, "y"));
  const auto bytes = static_cast<std::size_t>(algorithm.number_bytes);
  if (!x || !y || x->size() != bytes || y->size() != bytes) return nullptr;
  const std::string point = '\x04' + *x + *y;  // uncompressed
  const std::string curve(algorithm.curve);
  const ParameterBuilder builder(OSSL_PARAM_BLD_new());
  if (OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, curve.c_str(), 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1)
    return nullptr;
  PublicKey key = key_from("EC", builder.get());
  if (!key) return nullptr;
  // The point has to lie on the curve.
  const KeyContext check(EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr));
  if (!check || EVP_PKEY_public_check(check.get()) != 1) return nullptr;
  return key;
}

// R and S side by side, as tokens have them (RFC 7518 3.4) -> ASN.1, as OpenSSL does.
std::optional<std::string> ecdsa_der(std::string_view signature, std::size_t bytes) {
  if (signature.size() != 2 * bytes) return {};
  const int size = static_cast<int>(bytes);
  const EcdsaSignature both(ECDSA_SIG_new());
  BIGNUM* r = BN_bin2bn(bytes_at(signature), size, nullptr);
  BIGNUM* s = BN_bin2bn(bytes_at(signature) + bytes, size, nullptr);
  if (!both || ECDSA_SIG_set0(both.get(), r, s) != 1) {
    BN_free(r);
    BN_free(s);
    return {};
  }
  unsigned char* der = nullptr;
  const int length = i2d_ECDSA_SIG(both.get(), &der);
  if (length <= 0) return {};
  std::string out(reinterpret_cast<const char*>(der), static_cast<std::size_t>(length));
  OPENSSL_free(der);
  return out;
}

std::optional<std::string> ecdsa_halves(std::string_view der, int bytes) {
  const unsigned char* at = bytes_at(der);
  const EcdsaSignature both(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  if (!both) return {};
  std::string out(2 * static_cast<std::size_t>(bytes), '\0');
  auto* data = reinterpret_cast<unsigned char*>(out.data());
  if (BN_bn2binpad(ECDSA_SIG_get0_r(both.get()), data, bytes) != bytes ||
      BN_bn2binpad(ECDSA_SIG_get0_s(both.get()), data + bytes, bytes) != bytes)
    return {};
  return out;
}

bool is_signed_by(const Jwt& token, const Algorithm& algorithm, EVP_PKEY* key) {
  std::string signature = token.signature;
  if (algorithm.number_bytes != 0) {
    std::optional<std::string> der = ecdsa_der(signature, static_cast<std::size_t>(algorithm.number_bytes));
    if (!der) return false;
    signature = std::move(*der);
  }
  const DigestContext context(EVP_MD_CTX_new());
  return context && EVP_DigestVerifyInit(context.get(), nullptr, algorithm.digest(), nullptr, key) == 1 &&
         EVP_DigestVerify(context.get(), bytes_at(signature), signature.size(), bytes_at(token.signed_part),
                          token.signed_part.size()) == 1;
}

// The number as a JSON web key has it, padded to `bytes` (0: as short as it is).
std::string number_text(EVP_PKEY* key, const char* name, int bytes) {
  BIGNUM* raw = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &raw) != 1) return {};
  const Number number(raw);
  const int size = bytes != 0 ? bytes : BN_num_bytes(number.get());
  std::string out(static_cast<std::size_t>(size), '\0');
  if (BN_bn2binpad(number.get(), reinterpret_cast<unsigned char*>(out.data()), size) != size) return {};
  return to_base64url(out);
}

Error key_failure() { return {"InternalFailure", "A signing key could not be made or read.", 500, Fault::receiver}; }

}  // namespace

Result<Jwt> read_jwt(std::string_view token) {
  if (token.size() > max_jwt_bytes) return invalid("The token is too long.");
  const std::size_t first = token.find('.'), second = token.find('.', first + 1);
  if (first == std::string_view::npos || second == std::string_view::npos ||
      token.find('.', second + 1) != std::string_view::npos)
    return invalid("The token has not three parts.");
  const auto header_text = from_base64url(token.substr(0, first));
  const auto claims_text = from_base64url(token.substr(first + 1, second - first - 1));
  auto signature = from_base64url(token.substr(second + 1));
  if (!header_text || !claims_text || !signature || signature->empty())
    return invalid("A part of the token is not base64url.");
  const std::optional<json::object> header = read_object(*header_text);
  std::optional<json::object> claims = read_object(*claims_text);
  if (!header || !claims) return invalid("The token's header or claims are not a JSON object.");
  Jwt out;
  out.algorithm = text_of(*header, "alg");
  if (find_algorithm(out.algorithm) == nullptr) return invalid("The token's algorithm is not supported.");
  // "crit" names extensions that must be understood; none is.
  if (header->contains("crit")) return invalid("The token's header has critical extensions.");
  if (header->contains("b64")) return invalid("The token's payload is not encoded.");
  out.key_id = text_of(*header, "kid");
  out.claims = std::move(*claims);
  out.signed_part = token.substr(0, second);
  out.signature = std::move(*signature);
  return out;
}

struct JsonWebKeys::Key {
  std::string id, algorithm;  // algorithm: the key's own "alg", or empty
  std::string type, curve;
  PublicKey key;

  [[nodiscard]] bool fits(const Jwt& token, const Algorithm& wanted) const {
    return type == wanted.key_type && curve == wanted.curve && (algorithm.empty() || algorithm == wanted.name) &&
           (token.key_id.empty() || id == token.key_id);
  }
};

Result<JsonWebKeys> JsonWebKeys::parse(std::string_view jwks) {
  const Error unreadable{"InvalidKeys", "The key set cannot be read.", 400};
  if (jwks.size() > max_jwks_bytes) return unreadable;
  const std::optional<json::object> set = read_object(jwks);
  if (!set) return unreadable;
  const json::value* list = set->if_contains("keys");
  if (list == nullptr || !list->is_array()) return unreadable;
  JsonWebKeys out;
  for (const json::value& one : list->as_array()) {
    if (out.keys_.size() == max_json_web_keys) break;
    if (!one.is_object()) continue;
    const json::object& jwk = one.as_object();
    if (const std::string use = text_of(jwk, "use"); !use.empty() && use != "sig") continue;
    auto key = std::make_shared<Key>();
    key->id = text_of(jwk, "kid");
    key->algorithm = text_of(jwk, "alg");
    key->type = text_of(jwk, "kty");
    key->curve = key->type == "EC" ? text_of(jwk, "crv") : std::string();
    for (const Algorithm& algorithm : algorithms) {
      if (key->key || algorithm.key_type != key->type || algorithm.curve != key->curve) continue;
      key->key = algorithm.key_type == "RSA" ? rsa_key(jwk) : ec_key(jwk, algorithm);
    }
    if (key->key) out.keys_.push_back(std::move(key));
  }
  return out;
}

JsonWebKeys::Verdict JsonWebKeys::verify(const Jwt& token) const {
  const Algorithm* algorithm = find_algorithm(token.algorithm);
  if (algorithm == nullptr) return Verdict::wrong_signature;
  Verdict verdict = Verdict::unknown_key;
  for (const std::shared_ptr<const Key>& key : keys_) {
    if (!key->fits(token, *algorithm)) continue;
    if (is_signed_by(token, *algorithm, key->key.get())) return Verdict::verified;
    verdict = Verdict::wrong_signature;
  }
  return verdict;
}

Result<JwtKeyPair> make_jwt_key(std::string_view algorithm, std::string_view key_id) {
  const Algorithm* known = find_algorithm(algorithm);
  if (known == nullptr) return key_failure();
  const bool rsa = known->key_type == "RSA";
  const std::string curve(known->curve);
  const PublicKey key(rsa ? EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", static_cast<std::size_t>(min_rsa_bits))
                     : EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", curve.c_str()));
  if (!key) return key_failure();
  JwtKeyPair out;
  out.key_id = key_id;
  out.algorithm = algorithm;
  json::object jwk{{"kty", known->key_type}, {"use", "sig"}, {"alg", algorithm}, {"kid", key_id}};
  if (rsa) {
    jwk["n"] = number_text(key.get(), OSSL_PKEY_PARAM_RSA_N, 0);
    jwk["e"] = number_text(key.get(), OSSL_PKEY_PARAM_RSA_E, 0);
  } else {
    jwk["crv"] = curve;
    jwk["x"] = number_text(key.get(), OSSL_PKEY_PARAM_EC_PUB_X, known->number_bytes);
    jwk["y"] = number_text(key.get(), OSSL_PKEY_PARAM_EC_PUB_Y, known->number_bytes);
  }
  out.public_jwk = json::serialize(jwk);
  unsigned char* der = nullptr;
  const int length = i2d_PrivateKey(key.get(), &der);
  if (length <= 0) return key_failure();
  out.private_der.assign(reinterpret_cast<const char*>(der), static_cast<std::size_t>(length));
  OPENSSL_clear_free(der, static_cast<std::size_t>(length));
  return out;
}

Result<std::string> sign_jwt(std::string_view algorithm, std::string_view key_id, std::string_view private_der,
                             const boost::json::object& claims) {
  const Algorithm* known = find_algorithm(algorithm);
  const unsigned char* at = bytes_at(private_der);
  const PublicKey key(d2i_AutoPrivateKey(nullptr, &at, static_cast<long>(private_der.size())));
  const DigestContext context(EVP_MD_CTX_new());
  if (known == nullptr || !key || !context) return key_failure();
  const json::object header{{"alg", algorithm}, {"kid", key_id}, {"typ", "JWT"}};
  std::string out = to_base64url(json::serialize(header)) + "." + to_base64url(json::serialize(claims));
  std::size_t size = 0;
  if (EVP_DigestSignInit(context.get(), nullptr, known->digest(), nullptr, key.get()) != 1 ||
      EVP_DigestSign(context.get(), nullptr, &size, bytes_at(out), out.size()) != 1)
    return key_failure();
  std::string signature(size, '\0');
  if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes_at(out),
                     out.size()) != 1)
    return key_failure();
  signature.resize(size);
  if (known->number_bytes != 0) {
    std::optional<std::string> halves = ecdsa_halves(signature, known->number_bytes);
    if (!halves) return key_failure();
    signature = std::move(*halves);
  }
  return out + "." + to_base64url(signature);
}

}  // namespace haar::auth
