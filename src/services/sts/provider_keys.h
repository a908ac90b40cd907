// The published keys of OpenID Connect providers, fetched when they are needed and kept for a while.
//
// Only issuers of registered providers are asked, and each no more often than a bucket of tokens allows: a
// stranger who sends tokens with made-up key ids cannot make haar send requests. Thread-safe; blocks while it
// fetches.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "auth/jwt.h"
#include "base/result.h"

namespace haar::sts {

// A key that the provider withdraws is refused after this at the latest.
inline constexpr std::chrono::minutes keys_fresh_for{60};
inline constexpr double fetches_at_once = 5;  // of one issuer, before the bucket is empty
inline constexpr std::chrono::seconds fetch_refill{20};
inline constexpr std::size_t issuers_kept_max = 1'000;
// Threads that may wait for one issuer's answer; others are told to come again.
inline constexpr int waiting_for_issuer_max = 2;

struct Issuer {
  std::string url;
  std::vector<std::string> thumbprints;
};

class ProviderKeys {
 public:
  using Fetch = std::function<Result<std::string>(const std::string& url, const std::vector<std::string>& thumbprints)>;
  using Now = std::function<std::chrono::steady_clock::time_point()>;
  ProviderKeys();
  ProviderKeys(Fetch fetch, Now now);

  // Whether one of the issuer's keys made the token's signature. InvalidIdentityToken or
  // IDPCommunicationError if not, or if no keys can be had.
  Result<void> verify(const Issuer& issuer, const auth::Jwt& token);

 private:
  struct Entry {
    std::shared_ptr<const auth::JsonWebKeys> keys;  // null: none fetched yet
    std::chrono::steady_clock::time_point fetched{}, refilled{};
    double fetches_left = fetches_at_once;
    bool fetching = false;
    int waiting = 0;
    std::string last_error;  // the code of the last fetch that failed
  };

  Result<std::shared_ptr<const auth::JsonWebKeys>> keys(const Issuer& issuer,
                                                        const std::shared_ptr<const auth::JsonWebKeys>& unsuitable);
  Result<std::shared_ptr<const auth::JsonWebKeys>> fetch_keys(const Issuer& issuer) const;

  const Fetch fetch_;
  const Now now_;
  std::mutex mutex_;
  std::condition_variable done_;
  std::unordered_map<std::string, std::shared_ptr<Entry>> entries_;  // by URL and thumbprints
};

}  // namespace haar::sts
