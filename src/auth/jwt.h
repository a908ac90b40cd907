// JSON web tokens (RFC 7519), signed ones only: read, verified against an identity provider's published keys
// (RFC 7517), and signed with haar's own. The arithmetic is OpenSSL's.
//
//   const Jwt token = TRY(read_jwt(text));          // nothing is proven yet: whose keys to ask for
//   const JsonWebKeys keys = TRY(JsonWebKeys::parse(jwks));
//   if (keys.verify(token) != JsonWebKeys::Verdict::verified) …
//
// The algorithm is looked up in a list of asymmetric ones, which is AWS's: RS256, RS384, RS512, ES256, ES384,
// ES512. "none" and the HMAC algorithms are not in it, and a key of one type never verifies the other's.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace haar::auth {

inline constexpr std::size_t max_jwt_bytes = 20'000;      // WebIdentityToken's own limit
inline constexpr std::size_t max_jwks_bytes = 256 * 1024;
inline constexpr std::size_t max_json_web_keys = 100;     // in one set; more are not looked at
inline constexpr int min_rsa_bits = 2'048, max_rsa_bits = 8'192;

struct Jwt {
  std::string algorithm, key_id;  // of the header; no key id: empty
  boost::json::object claims;
  std::string signed_part, signature;
};

// Error: code "InvalidJwt", the message says what is wrong. Also for an algorithm that is not in the list and
// for a header with "crit".
Result<Jwt> read_jwt(std::string_view token);

class JsonWebKeys {
 public:
  // Error: code "InvalidKeys". Keys of types, curves and sizes that cannot sign here are left out.
  static Result<JsonWebKeys> parse(std::string_view jwks);

  enum class Verdict { verified, unknown_key, wrong_signature };
  // unknown_key: no key of the set has the token's key id and type, so a newer set might.
  [[nodiscard]] Verdict verify(const Jwt& token) const;
  [[nodiscard]] std::size_t size() const { return keys_.size(); }

 private:
  struct Key;
  std::vector<std::shared_ptr<const Key>> keys_;
};

// ---- haar as an issuer --------------------------------------------------------------------------

// A key pair for one of the algorithms that GetWebIdentityToken offers.
struct JwtKeyPair {
  std::string key_id, algorithm;  // "RS256" or "ES384"
  std::string private_der;        // PKCS #8: a secret
  std::string public_jwk;         // one JSON object, as it stands in a published set
};
Result<JwtKeyPair> make_jwt_key(std::string_view algorithm, std::string_view key_id);

// The compact form.
Result<std::string> sign_jwt(std::string_view algorithm, std::string_view key_id, std::string_view private_der,
                             const boost::json::object& claims);

}  // namespace haar::auth
