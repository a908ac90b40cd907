// Step 2 of a verification: does the signature fit the request, the key, and the time?
#include "auth/sigv4.h"

#include <algorithm>

#include "auth/hex_digest.h"
#include "auth/sigv4_canonical.h"
#include "base/encoding.h"

namespace haar::auth {
namespace {

Timestamp whole_seconds(Timestamp t) { return Timestamp::from_seconds(t.seconds()); }

std::string span_text(std::int64_t seconds) {
  return seconds % 60 == 0 ? std::to_string(seconds / 60) + " min." : std::to_string(seconds) + " sec.";
}

bool is_signed(const SignatureClaims& claims, std::string_view name) {
  return std::any_of(claims.signed_headers.begin(), claims.signed_headers.end(),
                     [name](const std::string& s) { return equal_names(s, name); });
}

// "The CanonicalHeaders must include the host header and any x-amz-* headers in the request."
Result<void> check_signed_headers(const RequestView& request, const SignatureClaims& claims, const Rules& rules) {
  for (const Header& header : request.headers) {
    if (!starts_with_name(header.first, "x-amz-") || is_signed(claims, header.first)) continue;
    if (rules.token_after_signing && equal_names(header.first, "x-amz-security-token")) continue;
    return refuse(rules.family, Refusal::mismatch,
                  "'" + to_lower(header.first) + "' must be a 'SignedHeader' in the AWS Authorization.");
  }
  std::size_t hosts = 0;
  find_header(request, "host", &hosts);
  if (hosts > 1) return refuse(rules.family, Refusal::mismatch, "The request must not repeat the header 'host'.");
  return {};
}

Result<void> check_scope(const SignatureClaims& claims, const Rules& rules) {
  std::string problems;
  if (!rules.region.empty() && claims.region != rules.region)
    problems += "Credential should be scoped to a valid region, not '" + claims.region + "'. ";
  if (!rules.service.empty() && claims.service != rules.service)
    problems += "Credential should be scoped to correct service: '" + std::string(rules.service) + "'. ";
  if (problems.empty()) return {};
  problems.pop_back();
  return refuse(rules.family, Refusal::mismatch, problems);
}

// The last line of the canonical request: the body's hash, or what the client declared in its place,
// which must be that same hash.
Result<std::string_view> payload_line(const RequestView& request, const Rules& rules, std::string_view actual) {
  std::size_t count = 0;
  const Header* declared = find_header(request, "x-amz-content-sha256", &count);
  if (declared == nullptr || (count == 1 && declared->second == actual)) return actual;
  if (count == 1 && declared->second == "UNSIGNED-PAYLOAD" && rules.allow_unsigned_payload) return declared->second;
  return refuse(rules.family, Refusal::mismatch,
                "The provided 'x-amz-content-sha256' header does not match what was computed.");
}

bool is_method(std::string_view method) {
  return !method.empty() && std::all_of(method.begin(), method.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_';
  });
}

}  // namespace

SigningKey SigningKey::derive(std::string_view secret, std::string_view date, std::string_view region,
                              std::string_view service) {
  std::string start("AWS4");
  start.append(secret);
  Digest key = hmac_sha256(start, date);
  wipe(start.data(), start.size());
  key = hmac_sha256(bytes_of(key), region);
  key = hmac_sha256(bytes_of(key), service);
  key = hmac_sha256(bytes_of(key), "aws4_request");
  SigningKey out{HmacKey(bytes_of(key))};
  wipe(key.data(), key.size());
  return out;
}

Result<void> check_time(const SignatureClaims& claims, const Rules& rules, Timestamp wall_now) {
  const Timestamp now = whole_seconds(wall_now);
  const std::int64_t lifetime = claims.expires_seconds.value_or(max_skew_seconds);
  const Timestamp earliest = now.plus_seconds(-lifetime);
  if (claims.signed_at < earliest)
    return refuse(rules.family, Refusal::expired_signature,
                  "Signature expired: " + claims.amz_date + " is now earlier than " + format_basic(earliest) + " (" +
                      format_basic(now) + " - " + span_text(lifetime) + ")");
  const Timestamp latest = now.plus_seconds(max_skew_seconds);
  if (claims.signed_at > latest)
    return refuse(rules.family, Refusal::expired_signature,
                  "Signature not yet current: " + claims.amz_date + " is still later than " + format_basic(latest) +
                      " (" + format_basic(now) + " + " + span_text(max_skew_seconds) + ")");
  return {};
}

Result<void> verify(const RequestView& request, const SignatureClaims& claims, const SigningKey& key,
                    const Rules& rules, Timestamp wall_now) {
  TRY(check_time(claims, rules, wall_now));
  TRY(check_scope(claims, rules));
  TRY(check_signed_headers(request, claims, rules));
  const HexDigest body_hash(sha256(request.body));
  const std::string_view payload = TRY(payload_line(request, rules, body_hash.text()));
  if (!is_method(request.method)) return refuse(rules.family, Refusal::mismatch);

  // Kept per thread: growing two strings costs as much as hashing them.
  thread_local std::string canonical, to_sign;
  canonical.clear();
  to_sign.clear();
  if (const auto problem = append_canonical_request(canonical, request, claims, rules, payload))
    return refuse(rules.family, Refusal::mismatch, *problem);
  append_string_to_sign(to_sign, claims, canonical);
  const HexDigest expected(key.sign(to_sign));
  if (equal_constant_time(expected.text(), claims.signature)) return {};

  Error error = refuse(rules.family, Refusal::mismatch);
  if (rules.explain_mismatch && rules.family != Family::ec2) error.message += explain_mismatch(canonical, to_sign);
  return error;
}

Result<void> verify(const RequestView& request, const SignatureClaims& claims, std::string_view secret,
                    const Rules& rules, Timestamp wall_now) {
  return verify(request, claims, SigningKey::derive(secret, claims.date, claims.region, claims.service), rules,
                wall_now);
}

std::vector<std::pair<std::string, std::string>> sign(const RequestView& request,
                                                      const SigningCredentials& credentials,
                                                      std::string_view region, std::string_view service,
                                                      Timestamp now) {
  SignatureClaims claims;
  claims.access_key_id = credentials.access_key_id;
  claims.amz_date = format_basic(now);
  claims.date = claims.amz_date.substr(0, 8);
  claims.region = region;
  claims.service = service;

  std::vector<std::pair<std::string, std::string>> added{{"x-amz-date", claims.amz_date}};
  if (!credentials.session_token.empty())
    added.emplace_back("x-amz-security-token", std::string(credentials.session_token));
  std::vector<Header> headers(request.headers.begin(), request.headers.end());
  for (const auto& [name, value] : added) headers.emplace_back(name, value);
  for (const Header& header : headers) claims.signed_headers.push_back(to_lower(header.first));
  std::sort(claims.signed_headers.begin(), claims.signed_headers.end());
  claims.signed_headers.erase(std::unique(claims.signed_headers.begin(), claims.signed_headers.end()),
                              claims.signed_headers.end());

  RequestView whole = request;
  whole.headers = headers;
  const std::string canonical = canonical_request(whole, claims, Rules{}, sha256_hex(request.body));
  const SigningKey key = SigningKey::derive(credentials.secret, claims.date, region, service);
  std::string names;
  for (const std::string& name : claims.signed_headers) names.append(names.empty() ? "" : ";").append(name);
  added.emplace_back("authorization",
                     std::string(sigv4_algorithm) + " Credential=" + claims.access_key_id + "/" + claims.date + "/" +
                         claims.region + "/" + claims.service + "/aws4_request, SignedHeaders=" + names +
                         ", Signature=" + to_hex(bytes_of(key.sign(string_to_sign(claims, canonical)))));
  return added;
}

}  // namespace haar::auth
