// Any bytes as what identity providers send: tokens, key sets, metadata, SAML responses. Nothing may crash, and
// nothing that was not signed with the key may be taken. The first byte chooses what the rest stands for.
#include <boost/json.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "auth/jwt.h"
#include "auth/saml.h"
#include "auth/saml_metadata.h"
#include "base/base64url.h"

namespace {

using namespace haar::auth;

void require(bool holds) {
  if (!holds) std::abort();
}

const JwtKeyPair& key() {
  static const JwtKeyPair made = make_jwt_key("ES256", "k1").value();
  return made;
}

const JsonWebKeys& keys() {
  static const JsonWebKeys set = JsonWebKeys::parse(R"({"keys":[)" + key().public_jwk + "]}").value();
  return set;
}

void check_token(std::string_view text) {
  const auto token = read_jwt(text);
  if (!token.ok()) return;
  require(keys().verify(*token) != JsonWebKeys::Verdict::verified);
}

// Parts of a token that are read only when they are base64url of JSON: mutation alone would never get there.
void check_parts(std::string_view text) {
  const std::size_t split = text.find('\n');
  const std::string header(text.substr(0, split));
  const std::string body(split == std::string_view::npos ? std::string_view("{}") : text.substr(split + 1));
  check_token(haar::to_base64url(header) + "." + haar::to_base64url(body) + "." + haar::to_base64url("signature"));
}

void check_response(std::string_view text) {
  // No certificate: nothing can be signed, so nothing may be taken.
  static const SamlMetadata nobody{"https://idp.example.com", {}, {}};
  require(!verify_saml_response(text, {nobody, {}, false}).ok());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 6) {
    case 0: check_token(text); break;
    case 1: check_parts(text); break;
    case 2:
      if (const auto set = JsonWebKeys::parse(text); set.ok())
        (void)set->verify(read_jwt(sign_jwt("ES256", "k1", key().private_der, boost::json::object{}).value()).value());
      break;
    case 3: (void)parse_saml_metadata(text); break;
    case 4:
      check_response(R"(<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" )"
                     R"(xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" )"
                     R"(ID="r" Version="2.0">)" + std::string(text) + "</samlp:Response>");
      break;
    default: check_response(text);
  }
  return 0;
}
