#include <gtest/gtest.h>

#include "auth/sigv4_vectors.h"
#include "base/encoding.h"

namespace haar::auth {
namespace {

TEST(SigV4Vectors, all_76_give_the_same_texts_and_signature_and_are_accepted) {
  const auto all = vectors::all();
  ASSERT_EQ(all.size(), 76U);
  for (const auto& v : all) {
    SCOPED_TRACE(v.name);
    const RequestView view = v.request.view();
    const auto claims = read_claims(view, Family::query);
    ASSERT_TRUE(claims.ok()) << claims.error().message;
    EXPECT_EQ(claims->presigned, v.presigned);
    EXPECT_EQ(claims->access_key_id, vectors::key_id);
    EXPECT_EQ(claims->signature, v.signature);
    EXPECT_EQ(claims->signed_at, vectors::moment());
    const std::string payload = sha256_hex(v.request.body);
    EXPECT_EQ(canonical_request(view, *claims, v.rules(), payload), v.canonical);
    EXPECT_EQ(string_to_sign(*claims, v.canonical), v.to_sign);
    const SigningKey key = SigningKey::derive(vectors::secret, claims->date, claims->region, claims->service);
    EXPECT_EQ(to_hex(bytes_of(key.sign(v.to_sign))), v.signature);
    const auto accepted = vectors::accept(v.request, v.rules());
    EXPECT_TRUE(accepted.ok()) << accepted.error().message;
  }
}

TEST(SigV4Vectors, our_own_signer_makes_the_header_form_of_the_suite) {
  std::size_t compared = 0;
  for (auto v : vectors::all()) {
    if (v.presigned || !v.normalize || v.token_after_signing) continue;
    SCOPED_TRACE(v.name);
    std::string token, authorization;
    std::erase_if(v.request.headers, [&](const auto& header) {
      if (to_lower(header.first) == "x-amz-security-token") token = header.second;
      if (to_lower(header.first) == "authorization") authorization = header.second;
      return to_lower(header.first) == "x-amz-date" || header.second == token || header.second == authorization;
    });
    const auto added = sign(v.request.view(), {vectors::key_id, vectors::secret, token}, "us-east-1", "service",
                            vectors::moment());
    ASSERT_EQ(added.back().first, "authorization");
    EXPECT_EQ(added.back().second, authorization);
    ++compared;
  }
  EXPECT_GE(compared, 28U);
}

}  // namespace
}  // namespace haar::auth
