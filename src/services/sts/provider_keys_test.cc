// How often, and when, an issuer is asked for its keys, and who waits for that.
#include "services/sts/provider_keys.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <condition_variable>
#include <map>

namespace haar::sts {
namespace {

using namespace std::chrono_literals;

const AccountId account("111122223333"), other_account("444455556666");

// An issuer whose answers can be held back. Fetching runs on the pool's threads; everything is under one mutex.
struct World {
  std::mutex mutex;
  std::condition_variable changed;
  std::chrono::steady_clock::time_point now{};
  std::vector<std::string> asked;
  std::string jwks, failure;
  std::string discovery = R"({"issuer":"https://idp.example.com","jwks_uri":"https://keys.example.com/k"})";
  std::map<std::string, bool> silent;  // by issuer: its answers are held back
  int ready = 0;
  ProviderKeys keys{[this](const std::string& url, const std::vector<std::string>&) { return fetch(url); },
                    [this] {
                      const std::lock_guard lock(mutex);
                      return now;
                    }};
  const Issuer issuer{account, "https://idp.example.com", {}};

  ~World() { speak(); }

  Result<std::string> fetch(const std::string& url) {
    std::unique_lock lock(mutex);
    asked.push_back(url);
    changed.notify_all();
    const std::string host = url.substr(0, url.find('/', 8));
    changed.wait(lock, [&] { return !silent[host]; });
    if (!failure.empty()) return Error{failure, "no", 502};
    return url == "https://keys.example.com/k" ? jwks : discovery;
  }
  void silence(const std::string& host) {
    const std::lock_guard lock(mutex);
    silent[host] = true;
  }
  void speak() {
    {
      const std::lock_guard lock(mutex);
      silent.clear();
    }
    changed.notify_all();
  }
  void pass(std::chrono::steady_clock::duration time) {
    const std::lock_guard lock(mutex);
    now += time;
  }
  std::vector<std::string> questions() {
    const std::lock_guard lock(mutex);
    return asked;
  }
  void await_questions(std::size_t count) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return asked.size() >= count; });
  }
  void await_ready(int count) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return ready >= count; });
  }

  auth::JwtKeyPair publish(std::string_view id) {
    const auth::JwtKeyPair pair = auth::make_jwt_key("ES256", id).value();
    jwks = R"({"keys":[)" + pair.public_jwk + "]}";
    return pair;
  }
  static auth::Jwt token(const auth::JwtKeyPair& pair, const std::string& id = {}) {
    return auth::read_jwt(
               auth::sign_jwt("ES256", id.empty() ? pair.key_id : id, pair.private_der, boost::json::object{}).value())
        .value();
  }
  bool ask(const Issuer& from, const auth::Jwt& token) {
    return keys.fetch_for(from, token, [this] {
      {
        const std::lock_guard lock(mutex);
        ++ready;
      }
      changed.notify_all();
    });
  }
  // As a request does it: asks, waits, and looks. "" for a token that is right.
  std::string verify(const auth::JwtKeyPair& pair, const std::string& id = {}) {
    const auth::Jwt sent = token(pair, id);
    const int before = ready;
    if (ask(issuer, sent)) await_ready(before + 1);
    return code(issuer, sent);
  }
  std::string code(const Issuer& from, const auth::Jwt& sent) {
    const Result<void> done = keys.verify(from, sent);
    return done.ok() ? "" : done.error().code;
  }
};

TEST(ProviderKeys, AreFetchedOnceAndKeptForAnHour) {
  World w;
  const auth::JwtKeyPair pair = w.publish("one");
  for (int i = 0; i < 10; ++i) EXPECT_EQ(w.verify(pair), "");
  EXPECT_EQ(w.questions(), (std::vector<std::string>{"https://idp.example.com/.well-known/openid-configuration",
                                                     "https://keys.example.com/k"}));
  w.pass(59min);
  EXPECT_EQ(w.verify(pair), "");
  EXPECT_EQ(w.questions().size(), 2u);
  w.pass(2min);
  w.publish("two");  // the first one is withdrawn
  EXPECT_EQ(w.verify(pair), "InvalidIdentityToken");
}

TEST(ProviderKeys, AnUnknownKeyAsksAgainButNotForever) {
  World w;
  const auth::JwtKeyPair first = w.publish("one");
  EXPECT_EQ(w.verify(first), "");
  const auth::JwtKeyPair second = w.publish("two");
  EXPECT_EQ(w.verify(second), "");
  EXPECT_EQ(w.questions().size(), 4u);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(w.verify(second, "made-up-" + std::to_string(i)), "InvalidIdentityToken");
  EXPECT_EQ(w.questions().size(), 2 * static_cast<std::size_t>(fetches_at_once));
  EXPECT_EQ(w.verify(second), "") << "known keys need no fetch";
  w.pass(fetch_refill);
  const auth::JwtKeyPair third = w.publish("three");
  EXPECT_EQ(w.verify(third), "");
}

TEST(ProviderKeys, AFailureIsRememberedForAMoment) {
  World w;
  const auth::JwtKeyPair pair = w.publish("one");
  w.failure = "FetchUnavailable";
  for (int i = 0; i < 20; ++i) EXPECT_EQ(w.verify(pair), "IDPCommunicationError");
  EXPECT_EQ(w.questions().size(), 1u);
  w.failure = "FetchFailed";
  w.pass(failure_kept_for - 1s);
  EXPECT_EQ(w.verify(pair), "IDPCommunicationError");
  w.pass(1s);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(w.verify(pair), "InvalidIdentityToken");
  EXPECT_EQ(w.questions().size(), 2u);
  w.failure.clear();
  w.pass(failure_kept_for);
  EXPECT_EQ(w.verify(pair), "");
}

TEST(ProviderKeys, OneFetchAtATimeForWhichAFewWait) {
  World w;
  const auth::JwtKeyPair pair = w.publish("one");
  const auth::Jwt sent = World::token(pair);
  w.silence(w.issuer.url);
  for (std::size_t i = 0; i < waiting_for_issuer_max; ++i) EXPECT_TRUE(w.ask(w.issuer, sent)) << i;
  for (int i = 0; i < 100; ++i) {
    EXPECT_FALSE(w.ask(w.issuer, sent)) << "others do not wait";
    EXPECT_EQ(w.code(w.issuer, sent), "IDPCommunicationError");
  }
  w.await_questions(1);
  EXPECT_EQ(w.questions().size(), 1u);
  EXPECT_EQ(w.ready, 0);
  w.speak();
  w.await_ready(static_cast<int>(waiting_for_issuer_max));
  EXPECT_EQ(w.code(w.issuer, sent), "");
  EXPECT_EQ(w.questions().size(), 2u);
}

TEST(ProviderKeys, WhoseKeysAreAtHandWaitsForNothing) {
  World w;
  const auth::JwtKeyPair pair = w.publish("one");
  EXPECT_EQ(w.verify(pair), "");
  // The same issuer asked about a key it does not have, and all other issuers of the account, hang.
  w.silence(w.issuer.url);
  w.silence("https://silent.example.com");
  EXPECT_TRUE(w.ask(w.issuer, World::token(pair, "made-up")));
  const Issuer silent{account, "https://silent.example.com", {}};
  EXPECT_TRUE(w.ask(silent, World::token(pair)));
  w.await_questions(4);
  for (int i = 0; i < 100; ++i) {
    EXPECT_FALSE(w.ask(w.issuer, World::token(pair)));
    EXPECT_EQ(w.code(w.issuer, World::token(pair)), "");
  }
}

TEST(ProviderKeys, AnAccountHasFewFetchesAndLeavesOthersTheirs) {
  World w;
  const auth::JwtKeyPair pair = w.publish("one");
  const auth::Jwt sent = World::token(pair);
  const std::size_t may_fetch = fetch_limits.running_per_account_max, may_wait = fetch_limits.waiting_per_account_max;
  const std::size_t issuers = may_fetch + may_wait + 10;
  for (std::size_t i = 0; i < issuers; ++i) {
    const std::string url = "https://silent-" + std::to_string(i) + ".example.com";
    w.silence(url);
    EXPECT_TRUE(w.ask({other_account, url, {}}, sent));
    if (i < may_fetch) w.await_questions(i + 1);
  }
  EXPECT_EQ(w.questions().size(), may_fetch);
  w.await_ready(10);  // those beyond what may wait were refused at once
  EXPECT_EQ(w.code({other_account, "https://silent-" + std::to_string(issuers - 1) + ".example.com", {}}, sent),
            "IDPCommunicationError");
  EXPECT_TRUE(w.ask(w.issuer, sent));
  w.await_ready(11);
  EXPECT_EQ(w.code(w.issuer, sent), "");
  EXPECT_EQ(w.questions().size(), may_fetch + 2);
}

// What one account's tokens and thumbprints bring about is nothing to another account with the same issuer.
TEST(ProviderKeys, AreKnownForOneAccount) {
  World w;
  const auth::JwtKeyPair pair = w.publish("one");
  EXPECT_EQ(w.verify(pair), "");
  const Issuer theirs{other_account, w.issuer.url, {}}, changed{account, w.issuer.url, {"aabb"}};
  EXPECT_EQ(w.code(theirs, World::token(pair)), "IDPCommunicationError") << "not fetched for them";
  EXPECT_TRUE(w.ask(theirs, World::token(pair)));
  w.await_ready(2);
  EXPECT_EQ(w.code(theirs, World::token(pair)), "");
  EXPECT_NE(w.code(changed, World::token(pair)), "") << "another thumbprint trusts another server";
}

TEST(ProviderKeys, OfAnAccountAreNoMoreThanItsProviders) {
  World w;
  const auth::JwtKeyPair pair = w.publish("one");
  EXPECT_EQ(w.verify(pair), "");
  for (std::size_t i = 0; i < issuers_per_account_max; ++i) {
    w.pass(1ms);
    (void)w.code({account, "https://" + std::to_string(i) + ".example.com", {}}, World::token(pair));
  }
  EXPECT_EQ(w.code(w.issuer, World::token(pair)), "IDPCommunicationError") << "the one not used for longest has gone";
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
    EXPECT_EQ(w.questions().size(), 1u) << bad;
  }
}

}  // namespace
}  // namespace haar::sts
