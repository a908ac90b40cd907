// The published keys of OpenID Connect providers, fetched when they are needed and kept for a while.
//
// Nobody waits here: who lacks keys asks for them with fetch_for(), and is told when they are there or cannot be had.
// Fetching has threads of its own. Only issuers of registered providers may be asked; the caller has looked.
//
// Tokens come from strangers, and providers from accounts that may wish others ill, so everything is bounded: one
// fetch of an issuer at a time, for which a few wait; an issuer that failed is left alone for a moment; each is
// asked no more often than a bucket of tokens allows; and an account has few fetches going at once. What is known of
// an issuer is known for one account: no account can use up another's attempts, or bring it keys. Thread-safe.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "api/pipeline/fair_pool.h"
#include "auth/jwt.h"
#include "base/names.h"
#include "base/result.h"

namespace haar::sts {

// A key that the provider withdraws is refused after this at the latest.
inline constexpr std::chrono::minutes keys_fresh_for{60};
// An issuer whose keys could not be had is not asked again for this long: its tokens are refused at once.
inline constexpr std::chrono::seconds failure_kept_for{10};
inline constexpr double fetches_at_once = 5;  // of one issuer, before the bucket is empty
inline constexpr std::chrono::seconds fetch_refill{20};
// Requests that may wait for one issuer's answer; others are refused at once.
inline constexpr std::size_t waiting_for_issuer_max = 16;
// As many as an account may register: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
inline constexpr std::size_t issuers_per_account_max = 100;
// Threads that fetch, one issuer each; and how many issuers wait for one.
inline constexpr api::FairPool::Limits fetch_limits{.threads = 16,
                                                    .waiting_max = 128,
                                                    .waiting_per_account_max = 8,
                                                    .waiting_per_principal_max = 8,
                                                    .running_per_account_max = 2};

struct Issuer {
  AccountId account;  // whose provider it is
  std::string url;
  std::vector<std::string> thumbprints;
};

class ProviderKeys {
 public:
  using Fetch = std::function<Result<std::string>(const std::string& url, const std::vector<std::string>& thumbprints)>;
  using Now = std::function<std::chrono::steady_clock::time_point()>;
  ProviderKeys();
  ProviderKeys(Fetch fetch, Now now);
  ~ProviderKeys();
  ProviderKeys(const ProviderKeys&) = delete;
  ProviderKeys& operator=(const ProviderKeys&) = delete;

  // True: the keys at hand say nothing about the token, and others are being fetched. `ready` is called once, on any
  // thread, when that has ended either way; it may be called before this returns. False: `ready` is not called.
  bool fetch_for(const Issuer& issuer, const auth::Jwt& token, std::function<void()> ready);

  // Whether one of the issuer's keys, of those that are at hand, made the token's signature. InvalidIdentityToken or
  // IDPCommunicationError if not, or if there are none.
  Result<void> verify(const Issuer& issuer, const auth::Jwt& token);

 private:
  using Moment = std::chrono::steady_clock::time_point;
  using Keys = std::shared_ptr<const auth::JsonWebKeys>;
  struct Entry {
    std::vector<std::string> thumbprints;  // that the server of `keys` was trusted by
    Keys keys;                             // null: none fetched yet
    Moment fetched{}, refilled{}, used{};
    double fetches_left = fetches_at_once;
    bool fetching = false;
    std::vector<std::function<void()>> waiting;
    std::optional<Moment> failed;  // the last fetch did, then
    std::string last_error;        // its code
  };
  using EntryPtr = std::shared_ptr<Entry>;

  EntryPtr entry(const Issuer& issuer);
  Keys usable(const Entry& entry) const;
  bool take_fetch(Entry& entry) const;
  void fetch(const Issuer& issuer, const EntryPtr& entry);
  void finish(const Issuer& issuer, const EntryPtr& entry, Result<Keys> fetched);
  Result<Keys> fetch_keys(const Issuer& issuer) const;

  std::atomic<bool> stopping_{false};
  const Fetch fetch_;
  const Now now_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::unordered_map<std::string, EntryPtr>> entries_;  // by account, by URL
  api::FairPool fetchers_;  // last: its threads end before anything above goes
};

}  // namespace haar::sts
