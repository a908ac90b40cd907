#include "auth/session_token.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>

#include "auth/sigv4.h"
#include "base/encoding.h"
#include "base/file.h"

namespace haar::auth {
namespace {

Timestamp now() { return *parse_timestamp("20261120T091200Z"); }

SessionClaims full_claims() {
  SessionClaims c;
  c.type = SessionType::assumed_role;
  c.account = AccountId("111122223333");
  c.principal_arn = "arn:aws:iam::111122223333:role/app/deploy";
  c.principal_id = "AROAEXAMPLEEXAMPLEEX1";
  c.session_name = "ana";
  c.issued_at = now();
  c.expires_at = now().plus_seconds(3600);
  c.source_identity = "ana@example.com";
  c.tags = {{"team", "fog"}, {"empty", ""}, {"ünï", "cödé"}};
  c.transitive_tag_keys = {"team"};
  c.policies = {R"({"Version":"2012-10-17","Statement":[]})"};
  c.policy_arns = {"arn:aws:iam::aws:policy/ReadOnlyAccess"};
  c.mfa_at = now().plus_seconds(-60);
  c.issuer_access_key_id = "AKIAIOSFODNN7EXAMPLE";
  c.issuer_id = "AIDAEXAMPLEEXAMPLEEX1";
  c.provider = "accounts.example.com";
  c.chained = true;
  return c;
}

// A session that an identity provider's token opened: tokens of before there were any end without its keys.
SessionClaims federated_claims() {
  SessionClaims c = full_claims();
  c.provider_keys = {{"idp.example.com:sub", {"ana"}}, {"idp.example.com:amr", {"pwd", "otp"}}};
  return c;
}

TEST(SessionToken, gives_its_claims_and_secret_back) {
  const Keyring keyring = Keyring::ephemeral();
  SessionClaims plain;
  plain.account = AccountId("000000000001");
  plain.type = SessionType::session_token;
  plain.expires_at = now().plus_seconds(1);
  for (const SessionClaims& claims : {full_claims(), federated_claims(), plain}) {
    const auto made = mint_session(keyring, claims, system_random());
    ASSERT_TRUE(made.ok());
    EXPECT_TRUE(made->access_key_id.starts_with("ASIA"));
    EXPECT_EQ(made->access_key_id.size(), 20U);
    EXPECT_EQ(made->secret_access_key.size(), 40U);
    EXPECT_EQ(made->expiration, claims.expires_at);
    EXPECT_EQ(account_of_access_key(made->access_key_id), claims.account);
    const auto opened = open_session(keyring, made->access_key_id, made->session_token, now(), Family::query);
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    EXPECT_EQ(opened->claims, claims);
    EXPECT_EQ(opened->secret_access_key, made->secret_access_key);
    // The token shows nothing of what it holds.
    EXPECT_EQ(from_base64(made->session_token)->find("111122223333"), std::string::npos);
  }
}

TEST(SessionToken, two_sessions_share_nothing) {
  const Keyring keyring = Keyring::ephemeral();
  const auto one = mint_session(keyring, full_claims(), system_random());
  const auto two = mint_session(keyring, full_claims(), system_random());
  EXPECT_NE(one->access_key_id, two->access_key_id);
  EXPECT_NE(one->secret_access_key, two->secret_access_key);
  EXPECT_NE(one->session_token, two->session_token);
  // Another session's token with this key id is no token.
  const auto mixed = open_session(keyring, one->access_key_id, two->session_token, now(), Family::query);
  ASSERT_FALSE(mixed.ok());
  EXPECT_EQ(mixed.error().code, "InvalidClientTokenId");
}

TEST(SessionToken, a_change_of_any_byte_is_refused) {
  const Keyring keyring = Keyring::ephemeral();
  const auto made = mint_session(keyring, full_claims(), system_random());
  const std::string bytes = *from_base64(made->session_token);
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string changed = bytes;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(open_session(keyring, made->access_key_id, to_base64(changed), now(), Family::query).ok()) << bit;
  }
  for (std::size_t size = 0; size < made->session_token.size(); ++size)
    EXPECT_FALSE(
        open_session(keyring, made->access_key_id, made->session_token.substr(0, size), now(), Family::query).ok());
  for (std::size_t i = 0; i < made->access_key_id.size(); ++i) {
    std::string id = made->access_key_id;
    id[i] = id[i] == 'B' ? 'C' : 'B';
    EXPECT_FALSE(open_session(keyring, id, made->session_token, now(), Family::query).ok()) << i;
  }
}

TEST(SessionToken, refusals_by_family) {
  const Keyring keyring = Keyring::ephemeral(), other = Keyring::ephemeral();
  const auto made = mint_session(keyring, full_claims(), system_random());
  const auto code = [&](const Keyring& k, const std::string& token, Timestamp at, Family family) {
    const auto opened = open_session(k, made->access_key_id, token, at, family);
    return opened.ok() ? std::string() : opened.error().code + " " + std::to_string(opened.error().http_status);
  };
  const std::string& token = made->session_token;
  const Timestamp last = now().plus_seconds(3599), end = now().plus_seconds(3600);
  EXPECT_EQ(code(keyring, token, last, Family::query), "");
  EXPECT_EQ(code(keyring, token, end, Family::query), "ExpiredToken 403");
  EXPECT_EQ(code(keyring, token, end, Family::json), "ExpiredTokenException 400");
  EXPECT_EQ(code(keyring, token, end, Family::ec2), "RequestExpired 400");
  EXPECT_EQ(code(other, token, now(), Family::query), "InvalidClientTokenId 403");
  EXPECT_EQ(code(other, token, now(), Family::json), "UnrecognizedClientException 400");
  EXPECT_EQ(code(other, token, now(), Family::ec2), "AuthFailure 401");
  // An expired token that is not ours is not told that it expired.
  EXPECT_EQ(code(other, token, end, Family::query), "InvalidClientTokenId 403");
  EXPECT_EQ(code(keyring, "", now(), Family::query), "InvalidClientTokenId 403");
  EXPECT_EQ(code(keyring, std::string(max_session_token_bytes + 1, 'A'), now(), Family::query),
            "InvalidClientTokenId 403");
}

TEST(SessionToken, claims_that_do_not_fit_are_refused) {
  const Keyring keyring = Keyring::ephemeral();
  SessionClaims claims = full_claims();
  EXPECT_GT(mint_session(keyring, claims, system_random())->packed_policy_percent, 0);
  claims.policies = {std::string(7'000, 'p')};
  claims.policy_arns.clear();
  claims.tags.clear();
  const auto fits = mint_session(keyring, claims, system_random());
  ASSERT_TRUE(fits.ok());
  EXPECT_LE(fits->packed_policy_percent, 100);
  EXPECT_LE(fits->session_token.size(), max_session_token_bytes);
  EXPECT_TRUE(open_session(keyring, fits->access_key_id, fits->session_token, now(), Family::query).ok());
  claims.policies = {std::string(8'000, 'p')};
  const auto refused = mint_session(keyring, claims, system_random());
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, "PackedPolicyTooLarge");
  EXPECT_EQ(refused.error().message, "Packed policy consumes 112% of allotted space, please use smaller policy.");
  SessionClaims bare;
  bare.account = AccountId("111122223333");
  bare.expires_at = now();
  EXPECT_EQ(mint_session(keyring, bare, system_random())->packed_policy_percent, 0);
}

// At every size around a group of base64, with and without what comes before the padding.
TEST(SessionToken, a_token_is_padded_to_the_size_asked_for) {
  const Keyring keyring = Keyring::ephemeral();
  for (const bool with_provider_keys : {false, true}) {
    SessionClaims claims = full_claims();
    if (with_provider_keys) claims.provider_keys = {{"example.com:sub", {"one"}}};
    else claims.provider_keys.clear();
    const std::size_t plain = mint_session(keyring, claims, system_random())->session_token.size();
    for (std::size_t least = plain - 8; least < plain + 300; ++least) {
      const auto made = mint_session(keyring, claims, system_random(), least);
      EXPECT_GE(made->session_token.size(), std::max(least, plain));
      EXPECT_LT(made->session_token.size(), std::max(least, plain) + 16);
      const auto opened = open_session(keyring, made->access_key_id, made->session_token, now(), Family::query);
      ASSERT_TRUE(opened.ok()) << least;
      EXPECT_EQ(opened->claims, claims) << least;
    }
    EXPECT_LT(mint_session(keyring, claims, system_random(), max_session_token_bytes)->session_token.size(),
              padded_session_token_bytes_max + 16);
  }
}

// A token must open as long as it lasts, across an upgrade of haar. test/auth/session-token holds a key file and a
// token of every format: made with HAAR_UPDATE_GOLDEN=1 by the build that introduced it.
TEST(SessionToken, tokens_of_earlier_builds_open) {
  const std::string folder = HAAR_SOURCE_DIR "/test/auth/session-token";
  const std::string key = ::testing::TempDir() + "haar-session-token-key-" + std::to_string(::getpid());
  ASSERT_TRUE(write_file_durably(key, read_file(folder + "/key").value(), 0600).ok());
  const Result<Keyring> keyring = Keyring::open(key, true);
  ::unlink(key.c_str());
  ASSERT_TRUE(keyring.ok()) << keyring.error().message;
  SessionClaims root;
  root.type = SessionType::session_token;
  root.account = AccountId("111122223333");
  root.principal_id = "111122223333";
  root.principal_arn = "arn:aws:iam::111122223333:root";
  root.expires_at = now().plus_seconds(3600);
  const std::map<std::string, SessionClaims> formats{
      {"v1-role", full_claims()}, {"v1-user", root}, {"v1-federated", federated_claims()}};
  for (const auto& [name, claims] : formats) {
    const std::string path = folder + "/" + name;
    if (::getenv("HAAR_UPDATE_GOLDEN") != nullptr && !read_file(path).ok()) {
      const SessionCredentials made = mint_session(*keyring, claims, system_random()).value();
      const std::string lines = made.access_key_id + "\n" + made.secret_access_key + "\n" + made.session_token;
      ASSERT_TRUE(write_file_durably(path, lines, 0644).ok());
    }
    const Result<std::string> text = read_file(path);
    ASSERT_TRUE(text.ok()) << path;
    const std::size_t secret = text->find('\n') + 1, token = text->find('\n', secret) + 1;
    const auto opened = open_session(*keyring, text->substr(0, secret - 1), text->substr(token), now(), Family::query);
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    EXPECT_EQ(opened->claims, claims) << name;
    EXPECT_EQ(opened->secret_access_key, text->substr(secret, token - secret - 1));
  }
}

// The way published tools read the account from a key id.
std::uint64_t account_the_public_way(const std::string& id) {
  std::uint64_t bits = 0;
  for (std::size_t i = 4; i < 14; ++i) bits = bits << 5 | alphabet_upper_base32.find(id[i]);
  return (bits >> 2 & 0x7fffffffff80) >> 7;
}

TEST(AccessKeyId, holds_its_account_as_published_tools_read_it) {
  // A published example: https://medium.com/@TalBeerySec/a-short-note-on-aws-key-id-f88cc4317489
  EXPECT_EQ(account_of_access_key("ASIAQNZGKIQY56JQ7WML"), AccountId("029608264753"));
  for (const std::string account : {"000000000000", "000000000001", "111122223333", "999999999999", "123456789012"}) {
    for (const std::string prefix : {"AKIA", "ASIA"}) {
      for (int i = 0; i < 50; ++i) {
        const std::string id = new_access_key_id(prefix, AccountId(account), system_random());
        ASSERT_EQ(id.size(), 20U);
        EXPECT_TRUE(id.starts_with(prefix));
        EXPECT_EQ(id.find_first_not_of(alphabet_upper_base32, 4), std::string::npos) << id;
        EXPECT_EQ(account_of_access_key(id), AccountId(account)) << id;
        EXPECT_EQ(account_the_public_way(id), std::stoull(account)) << id;
      }
    }
  }
}

TEST(AccessKeyId, others_hold_none) {
  for (const std::string id : {"", "AKIA", "AKIAIOSFODNN7EXAMPLE", "ASIA0000000000000000", "ASIAQNZGKIQY56JQ7WM",
                               "ASIAQNZGKIQY56JQ7WMLL", "ASIA7777777777777777", "asiaqnzgkiqy56jq7wml"})
    EXPECT_EQ(account_of_access_key(id), std::nullopt) << id;
  EXPECT_THROW((void)new_access_key_id("AKIA", AccountId("12"), system_random()), std::invalid_argument);
}

}  // namespace
}  // namespace haar::auth
