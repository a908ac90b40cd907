#include "auth/jwt.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <boost/json.hpp>

#include "base/base64url.h"

namespace haar::auth {
namespace {

namespace json = boost::json;
using Verdict = JsonWebKeys::Verdict;

const json::object claims{{"iss", "https://idp.example.com"}, {"sub", "ana"}};

JwtKeyPair key(std::string_view algorithm, std::string_view id = "k1") { return make_jwt_key(algorithm, id).value(); }
JsonWebKeys set_of(const std::string& jwks) { return JsonWebKeys::parse(R"({"keys":[)" + jwks + "]}").value(); }
std::string signed_by(const JwtKeyPair& pair) {
  return sign_jwt(pair.algorithm, pair.key_id, pair.private_der, claims).value();
}
std::string token_of(const std::string& header, const std::string& body, const std::string& signature) {
  return to_base64url(header) + "." + to_base64url(body) + "." + to_base64url(signature);
}

TEST(Base64Url, HasOneTextForEachValue) {
  EXPECT_EQ(to_base64url("\xfb\xff"), "-_8");
  EXPECT_EQ(from_base64url("-_8"), "\xfb\xff");
  for (const char* bad : {"-_8=", "+/8", "-_9", "a", "a b", "é"}) EXPECT_FALSE(from_base64url(bad)) << bad;
  EXPECT_EQ(from_base64url(""), "");
}

TEST(Jwt, IsVerifiedByItsOwnKeyAlone) {
  for (const char* algorithm : {"RS256", "RS384", "RS512", "ES256", "ES384", "ES512"}) {
    SCOPED_TRACE(algorithm);
    const JwtKeyPair mine = key(algorithm), other = key(algorithm);
    const Jwt token = read_jwt(signed_by(mine)).value();
    EXPECT_EQ(token.algorithm, algorithm);
    EXPECT_EQ(token.claims.at("sub").as_string(), "ana");
    EXPECT_EQ(set_of(mine.public_jwk).verify(token), Verdict::verified);
    EXPECT_EQ(set_of(other.public_jwk).verify(token), Verdict::wrong_signature);
    EXPECT_EQ(set_of(other.public_jwk + "," + mine.public_jwk).verify(token), Verdict::verified);
    EXPECT_EQ(set_of(key(algorithm, "k2").public_jwk).verify(token), Verdict::unknown_key);
    EXPECT_EQ(set_of("").verify(token), Verdict::unknown_key);
  }
}

TEST(Jwt, NoByteCanBeChanged) {
  const JwtKeyPair mine = key("ES256");
  const JsonWebKeys keys = set_of(mine.public_jwk);
  const std::string good = signed_by(mine);
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = bad[i] == 'A' ? 'B' : 'A';
    const Result<Jwt> token = read_jwt(bad);
    if (!token.ok()) continue;
    EXPECT_NE(keys.verify(*token), Verdict::verified) << i;
  }
  for (const std::string& bad : {good + "A", good.substr(0, good.size() - 2), "A" + good}) {
    const Result<Jwt> token = read_jwt(bad);
    if (!token.ok()) continue;
    EXPECT_NE(keys.verify(*token), Verdict::verified);
  }
}

// The attacks of RFC 8725: no algorithm, and a public key used as an HMAC's secret.
TEST(Jwt, TakesNoOtherAlgorithms) {
  const JwtKeyPair mine = key("RS256");
  for (const char* algorithm : {"none", "None", "NONE", "", "HS256", "HS384", "HS512", "PS256", "EdDSA", "rs256", "RS1"}) {
    const std::string header = json::serialize(json::object{{"alg", algorithm}, {"kid", "k1"}});
    EXPECT_FALSE(read_jwt(token_of(header, "{}", "x")).ok()) << algorithm;
    EXPECT_FALSE(read_jwt(to_base64url(header) + "." + to_base64url("{}") + ".").ok()) << algorithm;
  }
  EXPECT_FALSE(read_jwt(token_of(R"({"alg":"RS256","crit":["b64"]})", "{}", "x")).ok());
  EXPECT_FALSE(read_jwt(token_of(R"({"alg":"RS256","b64":false})", "{}", "x")).ok());
  EXPECT_FALSE(read_jwt(token_of(R"({"alg":["RS256"]})", "{}", "x")).ok());
}

TEST(Jwt, AKeyOfOneKindNeverVerifiesTheOther) {
  const JwtKeyPair rsa = key("RS256"), p256 = key("ES256"), p384 = key("ES384");
  const JsonWebKeys all = set_of(rsa.public_jwk + "," + p256.public_jwk + "," + p384.public_jwk);
  for (const JwtKeyPair& pair : {rsa, p256, p384}) {
    Jwt token = read_jwt(signed_by(pair)).value();
    EXPECT_EQ(all.verify(token), Verdict::verified);
    for (const char* claimed : {"RS256", "RS384", "RS512", "ES256", "ES384", "ES512"}) {
      if (claimed == token.algorithm) continue;
      Jwt changed = token;
      changed.algorithm = claimed;
      EXPECT_NE(all.verify(changed), Verdict::verified) << pair.algorithm << " as " << claimed;
    }
  }
}

TEST(Jwt, WithoutAKeyIdEveryKeyIsTried) {
  const JwtKeyPair mine = key("RS256"), other = key("RS256", "k2");
  Jwt token = read_jwt(sign_jwt("RS256", "", mine.private_der, claims).value()).value();
  EXPECT_EQ(token.key_id, "");
  EXPECT_EQ(set_of(other.public_jwk + "," + mine.public_jwk).verify(token), Verdict::verified);
}

TEST(Jwt, WhatIsNoTokenIsRefused) {
  const std::string header = R"({"alg":"RS256"})";
  for (const std::string& bad :
       {std::string(), std::string("."), std::string(".."), std::string("..."), std::string("a.b.c"),
        token_of(header, "[]", "x"), token_of(header, "{", "x"), token_of("[]", "{}", "x"), token_of(header, "{}", ""),
        token_of(header, "{}", "x") + ".y", token_of(header, std::string(1000, '['), "x"),
        token_of(header, std::string(max_jwt_bytes, ' ') + "{}", "x"), to_base64url(header) + "=.e30.eA"}) {
    EXPECT_FALSE(read_jwt(bad).ok()) << bad.substr(0, 40);
  }
}

TEST(JsonWebKeys, LeaveOutWhatCannotSignHere) {
  const JwtKeyPair rsa = key("RS256"), ec = key("ES256");
  json::object small = json::parse(rsa.public_jwk).as_object(), off_curve = json::parse(ec.public_jwk).as_object();
  json::object for_encryption = small, even = small;
  small["n"] = to_base64url(std::string(128, '\xff'));
  even["e"] = to_base64url("\x02");
  for_encryption["use"] = "enc";
  off_curve["x"] = to_base64url(std::string(32, '\x01'));
  std::string all = R"({"kty":"oct","k":"c2VjcmV0","alg":"HS256"},{"kty":"OKP","crv":"Ed25519","x":"AA"},7,"x",{})";
  for (const json::object& bad : {small, even, for_encryption, off_curve}) all += "," + json::serialize(bad);
  EXPECT_EQ(set_of(all).size(), 0u);
  EXPECT_EQ(set_of(all + "," + ec.public_jwk).size(), 1u);
  for (const char* bad : {"", "{}", "[]", R"({"keys":{}})", R"({"keys":"x"})", "{"}) EXPECT_FALSE(JsonWebKeys::parse(bad).ok());
  EXPECT_FALSE(JsonWebKeys::parse(std::string(max_jwks_bytes + 1, ' ')).ok());
}

TEST(JwtKeyPair, PublishesNothingPrivate) {
  for (const char* algorithm : {"RS256", "ES384"}) {
    const JwtKeyPair pair = key(algorithm);
    for (const char* member : {"d", "p", "q", "dp", "dq", "qi"})
      EXPECT_FALSE(json::parse(pair.public_jwk).as_object().contains(member)) << member;
  }
}

}  // namespace
}  // namespace haar::auth
