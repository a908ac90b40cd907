// How often, and when, an issuer is asked for its keys.
#include "services/sts/provider_keys.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace haar::sts {
namespace {

using namespace std::chrono_literals;

struct World {
  std::chrono::steady_clock::time_point now{};
  std::vector<std::string> asked;
  std::string jwks, discovery = R"({"issuer":"https://idp.example.com","jwks_uri":"https://keys.example.com/k"})";
  std::string failure;
  ProviderKeys keys{[this](const std::string& url, const std::vector<std::string>&) -> Result<std::string> {
                      asked.push_back(url);
                      if (!failure.empty()) return Error{failure, "no", 502};
                      return url == "https://keys.example.com/k" ? jwks : discovery;
                    },
                    [this] { return now; }};
  const Issuer issuer{"https://idp.example.com", {}};

  auth::JwtKeyPair publish(std::string_view id) {
    const auth::JwtKeyPair pair = auth::make_jwt_key("ES256", id).value();
    jwks = R"({"keys":[)" + pair.public_jwk + "]}";
    return pair;
  }
  std::string verify(const auth::JwtKeyPair& pair, const std::string& id = {}) {
    const std::string text =
        auth::sign_jwt("ES256", id.empty() ? pair.key_id : id, pair.private_der, boost::json::object{}).value();
    const Result<void> done = keys.verify(issuer, auth::read_jwt(text).value());
    return done.ok() ? "" : done.error().code;
  }
};

TEST(ProviderKeys, AreFetchedOnceAndKeptForAnHour) {
  World w;
  const auth::JwtKeyPair pair = w.publish("one");
  for (int i = 0; i < 10; ++i) EXPECT_EQ(w.verify(pair), "");
  EXPECT_EQ(w.asked, (std::vector<std::string>{"https://idp.example.com/.well-known/openid-configuration",
                                               "https://keys.example.com/k"}));
  w.now += 59min;
  EXPECT_EQ(w.verify(pair), "");
  EXPECT_EQ(w.asked.size(), 2u);
  w.now += 2min;
  w.publish("two");  // the first one is withdrawn
  EXPECT_EQ(w.verify(pair), "InvalidIdentityToken");
}

TEST(ProviderKeys, AnUnknownKeyAsksAgainButNotForever) {
  World w;
  const auth::JwtKeyPair first = w.publish("one");
  EXPECT_EQ(w.verify(first), "");
  const auth::JwtKeyPair second = w.publish("two");
  EXPECT_EQ(w.verify(second), "");
  EXPECT_EQ(w.asked.size(), 4u);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(w.verify(second, "made-up-" + std::to_string(i)), "InvalidIdentityToken");
  EXPECT_EQ(w.asked.size(), 2 * static_cast<std::size_t>(fetches_at_once));
  EXPECT_EQ(w.verify(second), "") << "known keys need no fetch";
  w.now += fetch_refill;
  const auth::JwtKeyPair third = w.publish("three");
  EXPECT_EQ(w.verify(third), "");
}

TEST(ProviderKeys, AFailureIsAskedAgainAFewTimes) {
  World w;
  const auth::JwtKeyPair pair = w.publish("one");
  w.failure = "FetchUnavailable";
  for (int i = 0; i < 20; ++i) EXPECT_EQ(w.verify(pair), "IDPCommunicationError");
  EXPECT_EQ(w.asked.size(), static_cast<std::size_t>(fetches_at_once));
  w.failure = "FetchFailed";
  w.now += fetch_refill;
  EXPECT_EQ(w.verify(pair), "InvalidIdentityToken");
  w.failure.clear();
  w.now += fetch_refill;
  EXPECT_EQ(w.verify(pair), "");
}

TEST(ProviderKeys, TheDiscoveryDocumentMustBeTheIssuersOwn) {
  for (const char* bad : {R"({"issuer":"https://other.example.com","jwks_uri":"https://keys.example.com/k"})",
                          R"({"issuer":"https://idp.example.com"})", R"({"jwks_uri":"https://keys.example.com/k"})", "[]", "",
                          R"({"issuer":"https://idp.example.com","jwks_uri":"http://127.0.0.1/k"})",
                          R"({"issuer":7,"jwks_uri":7})"}) {
    World w;
    const auth::JwtKeyPair pair = w.publish("one");
    w.discovery = bad;
    EXPECT_EQ(w.verify(pair), "InvalidIdentityToken") << bad;
    EXPECT_EQ(w.asked.size(), 1u) << bad;
  }
}

}  // namespace
}  // namespace haar::sts
