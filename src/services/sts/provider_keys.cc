#include "services/sts/provider_keys.h"

#include <algorithm>
#include <boost/json.hpp>

#include "http/fetch.h"
#include "model/sts.h"

namespace haar::sts {
namespace {

namespace json = boost::json;
using Keys = std::shared_ptr<const auth::JsonWebKeys>;

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

Result<std::string> fetch_from(const std::string& url, const std::vector<std::string>& thumbprints) {
  http::FetchOptions options;
  options.bytes_max = auth::max_jwks_bytes;
  options.trusted_thumbprints = thumbprints;
  return http::fetch(url, options);
}

}  // namespace

ProviderKeys::ProviderKeys() : ProviderKeys(fetch_from, std::chrono::steady_clock::now) {}
ProviderKeys::ProviderKeys(Fetch fetch, Now now) : fetch_(std::move(fetch)), now_(std::move(now)) {}

// https://openid.net/specs/openid-connect-discovery-1_0.html: the document names its issuer, which must be the
// one it was asked of, and where the keys are.
Result<Keys> ProviderKeys::fetch_keys(const Issuer& issuer) const {
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

// `unsuitable`: keys that did not have the one wanted; others are fetched if they may be.
Result<Keys> ProviderKeys::keys(const Issuer& issuer, const Keys& unsuitable) {
  // Keys that were fetched from a server which one account trusts by thumbprint are no keys for another.
  std::string place = issuer.url;
  for (const std::string& thumbprint : issuer.thumbprints) place.append("\n").append(thumbprint);
  std::unique_lock lock(mutex_);
  if (entries_.size() >= issuers_kept_max && !entries_.contains(place)) entries_.clear();
  std::shared_ptr<Entry>& kept = entries_[place];
  if (!kept) {
    kept = std::make_shared<Entry>();
    kept->refilled = now_();
  }
  const std::shared_ptr<Entry> entry = kept;
  const auto usable = [&] { return entry->keys && entry->keys != unsuitable && now_() - entry->fetched < keys_fresh_for; };
  if (usable()) return entry->keys;
  if (entry->fetching) {
    if (entry->waiting >= waiting_for_issuer_max) return no_keys();
    ++entry->waiting;
    done_.wait(lock, [&] { return !entry->fetching; });
    --entry->waiting;
    if (usable()) return entry->keys;
  }
  const std::chrono::duration<double> passed = now_() - entry->refilled;
  entry->refilled = now_();
  entry->fetches_left = std::min(fetches_at_once, entry->fetches_left + passed / std::chrono::duration<double>(fetch_refill));
  if (entry->fetches_left < 1) return entry->last_error == "IDPCommunicationError" ? unavailable() : no_keys();
  entry->fetches_left -= 1;
  entry->fetching = true;
  lock.unlock();
  Result<Keys> fetched = fetch_keys(issuer);
  lock.lock();
  entry->fetching = false;
  entry->last_error = fetched.ok() ? std::string() : fetched.error().code;
  if (fetched.ok()) {
    entry->keys = *fetched;
    entry->fetched = now_();
  }
  lock.unlock();
  done_.notify_all();
  return fetched;
}

Result<void> ProviderKeys::verify(const Issuer& issuer, const auth::Jwt& token) {
  using Verdict = auth::JsonWebKeys::Verdict;
  Keys known = TRY(keys(issuer, nullptr));
  Verdict verdict = known->verify(token);
  if (verdict == Verdict::unknown_key) {
    known = TRY(keys(issuer, known));
    verdict = known->verify(token);
  }
  if (verdict == Verdict::verified) return {};
  if (verdict == Verdict::unknown_key) return no_keys();
  return errors::InvalidIdentityToken("Provided Token is not valid. Its signature could not be verified.");
}

}  // namespace haar::sts
