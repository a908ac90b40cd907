#include "services/sts/provider_keys.h"

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

#include "base/log.h"
#include "http/fetch.h"
#include "model/sts/service.h"

namespace haar::sts {
namespace {

namespace json = boost::json;

// The text that AWS gives for whatever keeps it from the keys: not reached, too slow, asked too often.
// https://repost.aws/knowledge-center/iam-sts-invalididentitytoken
Error no_keys() {
  return errors::InvalidIdentityToken(
      "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity "
      "documentation for requirements");
}

// AWS's pages call this one transient: said where the provider itself answers that it cannot, at this time.
Error unavailable() {
  return errors::IDPCommunicationError(
      "The request could not be fulfilled because the identity provider (IDP) that was asked to verify the incoming "
      "identity token could not be reached.");
}

std::string_view without_slash(std::string_view url) {
  while (url.ends_with('/')) url.remove_suffix(1);
  return url;
}

Result<std::string> fetch_from(const std::string& url, const std::vector<std::string>& thumbprints,
                               const std::atomic<bool>& stopping) {
  http::FetchOptions options;
  options.bytes_max = auth::max_jwks_bytes;
  options.trusted_thumbprints = thumbprints;
  options.cancelled = [&stopping] { return stopping.load(); };
  return http::fetch(url, options);
}

}  // namespace

ProviderKeys::ProviderKeys()
    : ProviderKeys([this](const std::string& url,
                          const std::vector<std::string>& thumbprints) { return fetch_from(url, thumbprints, stopping_); },
                   std::chrono::steady_clock::now) {}
ProviderKeys::ProviderKeys(Fetch fetch, Now now)
    : fetch_(std::move(fetch)), now_(std::move(now)), fetchers_("haar-fetch", fetch_limits) {}
ProviderKeys::~ProviderKeys() { stopping_ = true; }

// https://openid.net/specs/openid-connect-discovery-1_0.html: the document names its issuer, which must be the
// one it was asked of, and where the keys are.
Result<ProviderKeys::Keys> ProviderKeys::fetch_keys(const Issuer& issuer) const {
  const auto failure = [](const Error& error) { return error.code == "FetchUnavailable" ? unavailable() : no_keys(); };
  const std::string discovery = std::string(without_slash(issuer.url)) + "/.well-known/openid-configuration";
  const Result<std::string> document = fetch_(discovery, issuer.thumbprints);
  if (!document.ok()) return failure(document.error());
  json::error_code error;
  const json::value parsed = json::parse(*document, error);
  if (error || !parsed.is_object()) return no_keys();
  const json::value* named = parsed.as_object().if_contains("issuer");
  const json::value* place = parsed.as_object().if_contains("jwks_uri");
  if (named == nullptr || !named->is_string() || place == nullptr || !place->is_string()) return no_keys();
  if (without_slash(named->as_string()) != without_slash(issuer.url)) return no_keys();
  const std::string keys_url(place->as_string());
  // A provider elsewhere must not send haar to this machine's own plain services.
  if (keys_url.starts_with("http://") && !issuer.url.starts_with("http://")) return no_keys();
  const Result<std::string> set = fetch_(keys_url, issuer.thumbprints);
  if (!set.ok()) return failure(set.error());
  Result<auth::JsonWebKeys> keys = auth::JsonWebKeys::parse(*set);
  if (!keys.ok()) return no_keys();
  return Keys(std::make_shared<const auth::JsonWebKeys>(std::move(keys).value()));
}

// The account's record of the issuer, made if there is none. Under mutex_.
ProviderKeys::EntryPtr ProviderKeys::entry(const Issuer& issuer) {
  auto& known = entries_[issuer.account.value];
  EntryPtr& place = known[issuer.url];
  if (!place) {
    place = std::make_shared<Entry>();
    place->refilled = now_();
  }
  const EntryPtr found = place;
  found->used = now_();
  // Keys of a server that is no longer trusted are no keys.
  if (found->thumbprints != issuer.thumbprints) {
    found->thumbprints = issuer.thumbprints;
    found->keys = nullptr;
  }
  if (known.size() > issuers_per_account_max) {
    const auto oldest = std::ranges::min_element(known, {}, [](const auto& each) { return each.second->used; });
    known.erase(oldest);
  }
  return found;
}

ProviderKeys::Keys ProviderKeys::usable(const Entry& entry) const {
  return entry.keys && now_() - entry.fetched < keys_fresh_for ? entry.keys : nullptr;
}

// Whether the issuer may be asked now; if so, one attempt is used up. Under mutex_.
bool ProviderKeys::take_fetch(Entry& entry) const {
  if (entry.failed && now_() - *entry.failed < failure_kept_for) return false;
  const std::chrono::duration<double> passed = now_() - entry.refilled;
  entry.refilled = now_();
  entry.fetches_left = std::min(fetches_at_once, entry.fetches_left + passed / std::chrono::duration<double>(fetch_refill));
  if (entry.fetches_left < 1) return false;
  entry.fetches_left -= 1;
  return true;
}

bool ProviderKeys::fetch_for(const Issuer& issuer, const auth::Jwt& token, std::function<void()> ready) {
  std::unique_lock lock(mutex_);
  const EntryPtr known = entry(issuer);
  if (const Keys keys = usable(*known)) {
    lock.unlock();
    if (keys->verify(token) != auth::JsonWebKeys::Verdict::unknown_key) return false;
    lock.lock();
    if (usable(*known) != keys) return false;  // newer ones have come meanwhile
  }
  if (!known->fetching && !take_fetch(*known)) return false;
  if (known->waiting.size() >= waiting_for_issuer_max) return false;
  known->waiting.push_back(std::move(ready));
  if (std::exchange(known->fetching, true)) return true;
  lock.unlock();
  const auto busy = [this, issuer, known] { finish(issuer, known, unavailable()); };
  if (!fetchers_.post({issuer.account.value, issuer.url}, {[this, issuer, known] { fetch(issuer, known); }, busy})) busy();
  return true;
}

void ProviderKeys::fetch(const Issuer& issuer, const EntryPtr& entry) {
  Result<Keys> fetched = unavailable();
  try {
    fetched = fetch_keys(issuer);
  } catch (const std::exception& e) {
    log_error("the keys of an identity provider could not be fetched", {{"what", e.what()}});
  }
  finish(issuer, entry, std::move(fetched));
}

void ProviderKeys::finish(const Issuer& issuer, const EntryPtr& entry, Result<Keys> fetched) {
  std::vector<std::function<void()>> waited;
  {
    const std::lock_guard lock(mutex_);
    entry->fetching = false;
    entry->failed = fetched.ok() ? std::nullopt : std::optional(now_());
    entry->last_error = fetched.ok() ? std::string() : fetched.error().code;
    // While it was fetched, the provider may have come to be trusted by other thumbprints.
    if (fetched.ok() && entry->thumbprints == issuer.thumbprints) {
      entry->keys = std::move(fetched).value();
      entry->fetched = now_();
    }
    waited.swap(entry->waiting);
  }
  for (const std::function<void()>& ready : waited) ready();
}

Result<void> ProviderKeys::verify(const Issuer& issuer, const auth::Jwt& token) {
  using Verdict = auth::JsonWebKeys::Verdict;
  Keys keys;
  {
    const std::lock_guard lock(mutex_);
    const EntryPtr known = entry(issuer);
    keys = usable(*known);
    // Still being fetched, for others: too many wait for it already.
    if (!keys) return known->fetching || known->last_error != "InvalidIdentityToken" ? unavailable() : no_keys();
  }
  switch (keys->verify(token)) {
    case Verdict::verified: return {};
    case Verdict::unknown_key: return no_keys();
    case Verdict::wrong_signature: break;
  }
  return errors::InvalidIdentityToken("Provided Token is not valid. Its signature could not be verified.");
}

}  // namespace haar::sts
