// AWS Signature Version 4: reading and verifying signed requests, in header form and in presigned query
// form. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
//
//   const RequestView view{...};
//   const Family family = guess_family(view);               // for errors before the service is known
//   SignatureClaims claims = TRY(read_claims(view, family));
//   TRY(check_time(claims, rules, clock.wall()));           // AWS looks at the date before the key
//   ... find the secret by claims.access_key_id ...
//   TRY(verify(view, claims, *signing_keys().find(claims, secret), rules, clock.wall()));
//
// Everything here is pure and bounded by the size of the request. Messages hold no secret: a session
// token or password-like query value in an explained mismatch is masked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "auth/errors.h"
#include "auth/sha256.h"
#include "base/clock.h"
#include "base/result.h"

namespace haar::auth {

inline constexpr std::string_view sigv4_algorithm = "AWS4-HMAC-SHA256";
inline constexpr std::int64_t max_skew_seconds = 15 * 60;
inline constexpr std::int64_t max_presigned_seconds = 604'800;  // seven days
inline constexpr std::size_t max_authorization_bytes = 16'384;
inline constexpr std::size_t max_signed_headers = 64;
inline constexpr std::size_t max_query_parameters = 4'096;

using Header = std::pair<std::string_view, std::string_view>;

// A request as it came off the wire. `raw_path` has no query, `raw_query` no '?'. Names are compared
// without regard to case; values as received (folded lines joined by a space, as HTTP parsers do).
struct RequestView {
  std::string_view method, raw_path, raw_query;
  std::span<const Header> headers;
  std::string_view body;
};

// What a signature says of itself; nothing of it is proven before verify().
struct SignatureClaims {
  std::string access_key_id;
  std::string date, region, service;       // of the credential scope; date: "20150830"
  std::vector<std::string> signed_headers;  // as listed, lower case
  std::string signature;                   // 64 hexadecimal digits as sent (not checked to be such)
  std::string amz_date;                    // "20150830T123600Z"
  Timestamp signed_at{};
  // Presigned only. Services other than S3 do not look at it: a pipeline that serves them forgets it.
  std::optional<std::int64_t> expires_seconds;
  std::string session_token;                // empty: none
  bool session_token_signed = false;
  bool presigned = false;
};

struct Rules {
  Family family = Family::query;
  // Empty: any. A mismatch is refused in AWS's words.
  std::string_view region, service;
  // Dot segments and double slashes are resolved before signing by every service but S3.
  bool normalize_path = true;
  // For services that stream; no service of haar does.
  bool allow_unsigned_payload = false;
  // Services (IoT) whose clients add the session token after signing.
  bool token_after_signing = false;
  // Tell the client the canonical request and the string to sign that were expected.
  bool explain_mismatch = true;
};

// The family whose errors to use while the service is still unknown, by what the request looks like: X-Amz-Target or a
// content type of awsJson means json, a scope that names ec2 means ec2, other JSON or a path means rest, but for a service
// that has paths and XML; anything else, and whatever has an Action, query.
Family guess_family(const RequestView& request);

// Step 1. MissingAuthenticationToken (EC2: MissingParameter) if the request holds no signature at all;
// IncompleteSignature if it cannot be read; SignatureDoesNotMatch for a scope or a list of signed headers
// that can never be right.
Result<SignatureClaims> read_claims(const RequestView& request, Family family);
// Whether the request says that it is signed, in an Authorization header that is empty or AWS's own, or in its query.
bool has_signature_header(const RequestView& request);
bool is_presigned(const RequestView& request);
// True if the request carries neither an Authorization header nor presigned parameters: read_claims
// would refuse it as missing, and an operation that needs no signature may take it.
bool is_unsigned(const RequestView& request);

// The key that signs for one day, region and service. Wiped when destroyed.
class SigningKey {
 public:
  static SigningKey derive(std::string_view secret, std::string_view date, std::string_view region,
                           std::string_view service);
  [[nodiscard]] Digest sign(std::string_view string_to_sign) const { return key_.sign(string_to_sign); }

 private:
  explicit SigningKey(HmacKey key) : key_(key) {}
  HmacKey key_;
};

// Step 2a: 15 minutes either way; presigned: not after its expiry. SignatureDoesNotMatch
// "Signature expired: ... is now earlier than ... (... - 15 min.)" (EC2: RequestExpired).
Result<void> check_time(const SignatureClaims& claims, const Rules& rules, Timestamp wall_now);
// Step 2b: everything else, and check_time again.
Result<void> verify(const RequestView& request, const SignatureClaims& claims, const SigningKey& key,
                    const Rules& rules, Timestamp wall_now);
Result<void> verify(const RequestView& request, const SignatureClaims& claims, std::string_view secret,
                    const Rules& rules, Timestamp wall_now);

// The two texts behind a signature, for explanations and tests. `payload_hash`: 64 hexadecimal digits.
std::string canonical_request(const RequestView& request, const SignatureClaims& claims, const Rules& rules,
                              std::string_view payload_hash);
std::string string_to_sign(const SignatureClaims& claims, std::string_view canonical);

// Signs a request in header form: the headers to add (x-amz-date, x-amz-security-token if there is a
// token, authorization). Signs every header given; `headers` must hold Host. For haar's own calls and
// tests.
struct SigningCredentials {
  std::string_view access_key_id, secret, session_token;
};
std::vector<std::pair<std::string, std::string>> sign(const RequestView& request,
                                                      const SigningCredentials& credentials,
                                                      std::string_view region, std::string_view service,
                                                      Timestamp now);

}  // namespace haar::auth
