// What is refused before a signature is compared, in which words, and the rules around it.
#include "auth/sigv4.h"

#include <gtest/gtest.h>

#include "auth/sigv4_vectors.h"
#include "auth/signing_key_cache.h"
#include "base/encoding.h"

namespace haar::auth {
namespace {

using vectors::Request;

constexpr std::string_view access_key = "AKIAIOSFODNN7EXAMPLE";
constexpr std::string_view secret = vectors::secret;

Timestamp now() { return *parse_timestamp("20191029T164844Z"); }

// A query call as a client makes it.
Request plain_call() {
  Request r;
  r.method = "POST";
  r.path = "/";
  r.body = "Action=GetCallerIdentity&Version=2011-06-15";
  r.headers = {{"Host", "127.0.0.1:4566"},
               {"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}};
  return r;
}

Request signed_call(Timestamp at = now(), std::string_view token = {}, Request r = plain_call()) {
  for (const auto& header : sign(r.view(), {access_key, secret, token}, "us-east-1", "sts", at))
    r.headers.push_back(header);
  return r;
}

Error refusal(const Request& r, Family family = Family::query) {
  const auto claims = read_claims(r.view(), family);
  return claims.ok() ? Error{"", "accepted", 0} : claims.error();
}

Error verdict(const Request& r, const Rules& rules = {}, Timestamp at = now(), std::string_view with = secret) {
  const RequestView view = r.view();
  const auto claims = read_claims(view, rules.family);
  if (!claims.ok()) return claims.error();
  const auto result = verify(view, *claims, with, rules, at);
  return result.ok() ? Error{"", "", 200} : result.error();
}

#define EXPECT_ERROR(expression, expected_code, expected_status, expected_message) \
  do {                                                                             \
    const Error e = (expression);                                                  \
    EXPECT_EQ(e.code, expected_code);                                              \
    EXPECT_EQ(e.http_status, expected_status);                                     \
    EXPECT_EQ(e.message, expected_message);                                        \
  } while (false)

std::string hash_of(const std::string& authorization) { return to_base64(bytes_of(sha256(authorization))); }

TEST(SigV4Read, what_we_sign_is_read_back_and_accepted) {
  const Request r = signed_call(now(), "session");
  const auto claims = read_claims(r.view(), Family::query);
  ASSERT_TRUE(claims.ok());
  EXPECT_EQ(claims->access_key_id, access_key);
  EXPECT_EQ(claims->date, "20191029");
  EXPECT_EQ(claims->region, "us-east-1");
  EXPECT_EQ(claims->service, "sts");
  EXPECT_EQ(claims->amz_date, "20191029T164844Z");
  EXPECT_EQ(claims->signed_at, now());
  EXPECT_EQ(claims->session_token, "session");
  EXPECT_TRUE(claims->session_token_signed);
  EXPECT_FALSE(claims->presigned);
  EXPECT_FALSE(claims->expires_seconds);
  EXPECT_EQ(verdict(r).http_status, 200);
}

TEST(SigV4Read, no_signature_at_all) {
  const Request r = plain_call();
  EXPECT_TRUE(is_unsigned(r.view()));
  EXPECT_ERROR(refusal(r), "MissingAuthenticationToken", 403, "Request is missing Authentication Token");
  EXPECT_ERROR(refusal(r, Family::json), "MissingAuthenticationTokenException", 400,
               "Request is missing Authentication Token");
  EXPECT_ERROR(refusal(r, Family::ec2), "MissingParameter", 400,
               "The request must contain the parameter AWSAccessKeyId");
  Request basic = plain_call();
  basic.headers.emplace_back("Authorization", "Basic cm9vdDpyb290");
  EXPECT_FALSE(is_unsigned(basic.view()));
  EXPECT_EQ(refusal(basic).code, "MissingAuthenticationToken");
}

TEST(SigV4Read, missing_parts_of_the_header_are_named_all_at_once) {
  Request r = plain_call();
  const std::string bare = "AWS4-HMAC-SHA256 X";
  r.headers.emplace_back("Authorization", bare);
  EXPECT_ERROR(refusal(r), "IncompleteSignature", 400,
               "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded "
               "with Base64): '" + hash_of(bare) + "'.");
  r.header("authorization") = "AWS4-HMAC-SHA256";
  EXPECT_ERROR(refusal(r), "IncompleteSignature", 400,
               "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' "
               "parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header requires "
               "existence of either a 'X-Amz-Date' or a 'Date' header. (Hashed with SHA-256 and encoded with Base64) "
               "Authorization=" + hash_of("AWS4-HMAC-SHA256"));
  EXPECT_EQ(refusal(r, Family::json).code, "IncompleteSignatureException");
  r.header("authorization") = " ";
  EXPECT_ERROR(refusal(r), "IncompleteSignature", 400, "Authorization header cannot be empty.");

  Request signature_only = signed_call();
  std::string& text = signature_only.header("authorization");
  text.resize(text.find(", Signature="));
  EXPECT_ERROR(refusal(signature_only), "IncompleteSignature", 400,
               "Authorization header requires 'Signature' parameter. (Hashed with SHA-256 and encoded with Base64) "
               "Authorization=" + hash_of(text));
}

// One change to a signed call's Authorization header.
Error with_header(const std::string& from, const std::string& to, Family family = Family::query) {
  Request r = signed_call();
  std::string& text = r.header("authorization");
  text.replace(text.find(from), from.size(), to);
  return refusal(r, family);
}

TEST(SigV4Read, parts_of_the_header_that_can_never_be_right) {
  EXPECT_ERROR(with_header("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"), "IncompleteSignature", 400,
               "Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256' (only AWS4-HMAC-SHA256 for now).");
  EXPECT_ERROR(with_header("/sts/", "/"), "IncompleteSignature", 400,
               "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got "
               "'AKIAIOSFODNN7EXAMPLE/20191029/us-east-1/aws4_request'");
  EXPECT_ERROR(with_header("/20191029/us-east-1/sts/aws4_request", "/20191030/US EAST/sts/aws5_request"),
               "SignatureDoesNotMatch", 403,
               "Credential should be scoped to a valid region, not 'US EAST'. Credential should be scoped with a "
               "valid terminator: 'aws4_request', not 'aws5_request'. Date in Credential scope does not match "
               "YYYYMMDD from ISO-8601 version of date from HTTP: '20191030' != '20191029', from "
               "'20191029T164844Z'.");
  EXPECT_ERROR(with_header("content-type;host;", ""), "SignatureDoesNotMatch", 403,
               "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  EXPECT_EQ(with_header("content-type;host;", "", Family::json).code, "InvalidSignatureException");
  EXPECT_ERROR(with_header("content-type;host;", "", Family::ec2), "AuthFailure", 401,
               "AWS was not able to validate the provided access credentials");
  EXPECT_EQ(with_header("Signature=", "Signature=0, Signature=").code, "IncompleteSignature");
  EXPECT_EQ(with_header("Signature=", "Extra=0, Signature=").code, "IncompleteSignature");
  EXPECT_EQ(with_header("content-type;", "content type;").code, "IncompleteSignature");
  std::string many;
  for (std::size_t i = 0; i < max_signed_headers; ++i) many += "a" + std::to_string(i) + ";";
  EXPECT_EQ(with_header("content-type;", many).code, "IncompleteSignature");
  EXPECT_EQ(with_header("Signature=", "Signature=" + std::string(max_authorization_bytes, 'a')).message,
            "Authorization header is too long.");
}

TEST(SigV4Read, dates_that_cannot_be_read) {
  for (const std::string text : {"201", "2019-10-29T16:48:44Z", "20191029T164844", "20191329T164844Z", "now",
                                 "Tue, 29 Oct 2019 16:48:44 GMT"}) {
    Request r = signed_call();
    r.header("x-amz-date") = text;
    EXPECT_ERROR(refusal(r), "IncompleteSignature", 400,
                 "Date must be in ISO-8601 'basic format'. Got '" + text +
                     "'. See http://en.wikipedia.org/wiki/ISO_8601");
  }
}

TEST(SigV4Read, a_date_header_stands_in_for_x_amz_date_in_either_form) {
  for (const std::string text : {"Tue, 29 Oct 2019 16:48:44 GMT", "20191029T164844Z"}) {
    Request r = plain_call();
    r.headers.emplace_back("Date", text);
    r.headers.emplace_back("Authorization",
                           "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20191029/us-east-1/sts/aws4_request, "
                           "SignedHeaders=date;host, Signature=");
    SignatureClaims claims;
    claims.access_key_id = access_key;
    claims.amz_date = "20191029T164844Z";
    claims.date = "20191029";
    claims.region = "us-east-1";
    claims.service = "sts";
    claims.signed_headers = {"date", "host"};
    const std::string to_sign =
        string_to_sign(claims, canonical_request(r.view(), claims, Rules{}, sha256_hex(r.body)));
    r.header("authorization") +=
        to_hex(bytes_of(SigningKey::derive(secret, "20191029", "us-east-1", "sts").sign(to_sign)));
    EXPECT_EQ(verdict(r).message, "");
  }
}

TEST(SigV4Read, what_stands_there_twice_is_refused) {
  for (const std::string name : {"Authorization", "X-Amz-Date", "X-Amz-Security-Token"}) {
    Request r = signed_call(now(), "session");
    r.headers.emplace_back(name, r.header(name));
    EXPECT_EQ(refusal(r).code, "IncompleteSignature") << name;
  }
  Request host = signed_call();
  host.headers.emplace_back("host", "elsewhere");
  EXPECT_EQ(verdict(host).code, "SignatureDoesNotMatch");
}

TEST(SigV4Read, header_and_query_form_do_not_mix) {
  for (const std::string part : {"X-Amz-Algorithm=AWS4-HMAC-SHA256", "X-Amz-Credential=a", "X-Amz-Signature=a",
                                 "X-Amz-SignedHeaders=host", "X-Amz-%53ignature=a"}) {
    Request r = signed_call();
    r.query = part;
    const Error e = refusal(r);
    EXPECT_EQ(e.code, "SignatureDoesNotMatch") << part;
    EXPECT_TRUE(e.message.starts_with("Found both 'X-Amz-")) << e.message;
    EXPECT_TRUE(e.message.ends_with("' as a query-string param and 'Authorization' as HTTP header.")) << e.message;
  }
}

std::string presigned_query(const std::string& expires) {
  return "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20191029%2Fus-east-1%2Fsts%2F"
         "aws4_request&X-Amz-Date=20191029T164844Z&X-Amz-SignedHeaders=host" +
         (expires.empty() ? "" : "&X-Amz-Expires=" + expires);
}

Request presigned_call(const std::string& expires) {
  Request r;
  r.method = "GET";
  r.path = "/";
  r.headers = {{"Host", "127.0.0.1:4566"}};
  r.query = "Action=GetCallerIdentity&" + presigned_query(expires) + "&X-Amz-Signature=";
  auto claims = read_claims([&] {
    Request with = r;
    with.query += "0";
    static Request kept;
    kept = with;
    return kept.view();
  }(), Family::query);
  if (!claims.ok()) {
    r.query += "0";
    return r;
  }
  const std::string canonical = canonical_request(r.view(), *claims, Rules{}, sha256_hex(""));
  r.query += to_hex(bytes_of(
      SigningKey::derive(secret, "20191029", "us-east-1", "sts").sign(string_to_sign(*claims, canonical))));
  return r;
}

TEST(SigV4Presigned, missing_and_repeated_parts) {
  Request r = plain_call();
  r.query = "X-Amz-Algorithm";
  EXPECT_FALSE(is_unsigned(r.view()));
  EXPECT_ERROR(refusal(r), "IncompleteSignature", 400,
               "AWS query-string parameters must include 'X-Amz-Algorithm'. AWS query-string parameters must include "
               "'X-Amz-Credential'. AWS query-string parameters must include 'X-Amz-Signature'. AWS query-string "
               "parameters must include 'X-Amz-SignedHeaders'. AWS query-string parameters must include "
               "'X-Amz-Date'. Re-examine the query-string parameters.");
  r.query = "X-Amz-Date=20191029T164844Z&X-Amz-Expires=1";  // says nothing by itself
  EXPECT_TRUE(is_unsigned(r.view()));
  Request twice = presigned_call("60");
  twice.query += "&X-Amz-Expires=600";
  EXPECT_EQ(refusal(twice).code, "IncompleteSignature");
  Request broken = presigned_call("60");
  broken.query += "&X-Amz-Security-Token=%4";
  EXPECT_EQ(refusal(broken).code, "IncompleteSignature");
}

TEST(SigV4Presigned, expiry) {
  const auto at = [](std::int64_t seconds) { return now().plus_seconds(seconds); };
  const Request minute = presigned_call("60");
  EXPECT_EQ(verdict(minute, {}, at(0)).message, "");
  EXPECT_EQ(verdict(minute, {}, at(60)).message, "");
  EXPECT_ERROR(verdict(minute, {}, at(61)), "SignatureDoesNotMatch", 403,
               "Signature expired: 20191029T164844Z is now earlier than 20191029T164845Z (20191029T164945Z - 1 min.)");
  EXPECT_EQ(verdict(presigned_call("59"), {}, at(60)).message,
            "Signature expired: 20191029T164844Z is now earlier than 20191029T164845Z (20191029T164944Z - 59 sec.)");
  EXPECT_EQ(verdict(presigned_call("604800"), {}, at(604'800)).message, "");
  EXPECT_EQ(verdict(presigned_call("604800"), {}, at(604'801)).code, "SignatureDoesNotMatch");
  EXPECT_EQ(verdict(presigned_call(""), {}, at(900)).message, "");  // as a header's
  EXPECT_EQ(verdict(presigned_call(""), {}, at(901)).code, "SignatureDoesNotMatch");
  EXPECT_EQ(verdict(minute, {}, at(-901)).code, "SignatureDoesNotMatch");
}

TEST(SigV4Presigned, an_expiry_that_cannot_be) {
  const std::string week = "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must "
                           "be less than 604800 seconds";
  EXPECT_ERROR(refusal(presigned_call("604801")), "IncompleteSignature", 400, week);
  EXPECT_EQ(refusal(presigned_call("99999999999999999999")).message, week);
  EXPECT_EQ(refusal(presigned_call("-1")).message, "X-Amz-Expires must be non-negative");
  EXPECT_EQ(refusal(presigned_call("1h")).message, "X-Amz-Expires should be a number");
  EXPECT_EQ(refusal(presigned_call("+1")).message, "X-Amz-Expires should be a number");
}

TEST(SigV4Verify, fifteen_minutes_either_way) {
  const Request r = signed_call();
  EXPECT_EQ(verdict(r, {}, now().plus_seconds(900)).message, "");
  EXPECT_EQ(verdict(r, {}, now().plus_seconds(-900)).message, "");
  EXPECT_ERROR(verdict(signed_call(*parse_timestamp("20191029T154623Z"))), "SignatureDoesNotMatch", 403,
               "Signature expired: 20191029T154623Z is now earlier than 20191029T163344Z (20191029T164844Z - 15 min.)");
  EXPECT_ERROR(verdict(r, {}, now().plus_seconds(-901)), "SignatureDoesNotMatch", 403,
               "Signature not yet current: 20191029T164844Z is still later than 20191029T164843Z "
               "(20191029T163343Z + 15 min.)");
  Rules json, ec2;
  json.family = Family::json;
  ec2.family = Family::ec2;
  EXPECT_EQ(verdict(r, json, now().plus_seconds(901)).code, "InvalidSignatureException");
  EXPECT_ERROR(verdict(r, ec2, now().plus_seconds(901)), "RequestExpired", 400, "Request has expired.");
}

constexpr std::string_view mismatch =
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
    "and signing method. Consult the service documentation for details.";

TEST(SigV4Verify, a_wrong_secret_is_answered_with_both_texts) {
  const Request r = signed_call();
  EXPECT_ERROR(verdict(r, {}, now(), "another"), "SignatureDoesNotMatch", 403,
               std::string(mismatch) +
                   "\n\nThe Canonical String for this request should have been\n'POST\n/\n\n"
                   "content-type:application/x-www-form-urlencoded; charset=utf-8\nhost:127.0.0.1:4566\n"
                   "x-amz-date:20191029T164844Z\n\ncontent-type;host;x-amz-date\n" +
                   sha256_hex(r.body) +
                   "'\n\nThe String-to-Sign should have been\n'AWS4-HMAC-SHA256\n20191029T164844Z\n"
                   "20191029/us-east-1/sts/aws4_request\n" +
                   [&] {
                     const auto claims = read_claims(r.view(), Family::query);
                     return sha256_hex(canonical_request(r.view(), *claims, {}, sha256_hex(r.body)));
                   }() + "'\n");
  Rules silent, ec2;
  silent.explain_mismatch = false;
  ec2.family = Family::ec2;
  EXPECT_EQ(verdict(r, silent, now(), "another").message, mismatch);
  EXPECT_ERROR(verdict(r, ec2, now(), "another"), "AuthFailure", 401,
               "AWS was not able to validate the provided access credentials");
}

TEST(SigV4Verify, an_explanation_holds_no_secret) {
  Request r = plain_call();
  r.query = "Action=CreateUser&MasterUserPassword=canary-1&x=1";
  r.headers.emplace_back("Cookie", "canary-2");
  r = signed_call(now(), "canary-3", r);
  const Error e = verdict(r, {}, now(), "canary-4");
  EXPECT_EQ(e.message.find("canary"), std::string::npos) << e.message;
  EXPECT_NE(e.message.find("MasterUserPassword=***&x=1"), std::string::npos) << e.message;
  EXPECT_NE(e.message.find("\nx-amz-security-token:***\n"), std::string::npos) << e.message;
  // What an answer cannot carry is left out.
  Request binary = plain_call();
  binary.headers.emplace_back("X-Note", "\xff\x01");
  EXPECT_EQ(verdict(signed_call(now(), {}, binary), {}, now(), "another").message, mismatch);
}

TEST(SigV4Verify, the_scope_must_be_the_one_expected) {
  Rules rules;
  rules.region = "eu-west-1";
  rules.service = "iam";
  EXPECT_ERROR(verdict(signed_call(), rules), "SignatureDoesNotMatch", 403,
               "Credential should be scoped to a valid region, not 'us-east-1'. Credential should be scoped to correct "
               "service: 'iam'.");
}

TEST(SigV4Verify, a_declared_payload_hash_must_be_the_body_s) {
  const auto with = [](const std::string& hash) {
    Request r = plain_call();
    r.headers.emplace_back("X-Amz-Content-Sha256", hash);
    return signed_call(now(), {}, r);
  };
  EXPECT_EQ(verdict(with(sha256_hex(plain_call().body))).message, "");
  // A client that signs the wrong hash has a sound signature over it, so it is made by hand.
  const std::vector<std::string> wrong{"UNSIGNED-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
                                       sha256_hex("another body")};
  for (const std::string& declared : wrong) {
    Request r = with(declared);
    const auto claims = read_claims(r.view(), Family::query);
    const std::string canonical = canonical_request(r.view(), *claims, {}, declared);
    std::string& text = r.header("authorization");
    text.resize(text.size() - 64);
    text += to_hex(bytes_of(
        SigningKey::derive(secret, "20191029", "us-east-1", "sts").sign(string_to_sign(*claims, canonical))));
    EXPECT_ERROR(verdict(r), "SignatureDoesNotMatch", 403,
                 "The provided 'x-amz-content-sha256' header does not match what was computed.");
    Rules lax;
    lax.allow_unsigned_payload = true;
    EXPECT_EQ(verdict(r, lax).http_status, declared == "UNSIGNED-PAYLOAD" ? 200 : 403);
  }
}

TEST(SigV4Verify, headers_that_must_be_signed_or_present) {
  Request extra = signed_call();
  extra.headers.emplace_back("X-Amz-Security-Token", "stolen");
  EXPECT_EQ(verdict(extra).message, "'x-amz-security-token' must be a 'SignedHeader' in the AWS Authorization.");
  Request trace = signed_call();
  trace.headers.emplace_back("X-Amzn-Trace-Id", "Root=1");  // not x-amz-*: proxies add it
  EXPECT_EQ(verdict(trace).message, "");
  Request gone = signed_call();
  std::erase_if(gone.headers, [](const auto& header) { return header.first == "Content-Type"; });
  EXPECT_EQ(verdict(gone).message,
            "'content-type' is a 'SignedHeader' in the AWS Authorization but is not in the request.");
}

TEST(SigV4, the_family_is_guessed_from_the_request) {
  EXPECT_EQ(guess_family(signed_call().view()), Family::query);
  Request target = plain_call();
  target.headers.emplace_back("x-amz-target", "secretsmanager.GetSecretValue");
  EXPECT_EQ(guess_family(target.view()), Family::json);
  Request json = plain_call();
  json.header("content-type") = "application/x-amz-json-1.1";
  EXPECT_EQ(guess_family(json.view()), Family::json);
  Request ec2 = plain_call();
  ec2.headers.emplace_back("Authorization", "AWS4-HMAC-SHA256 Credential=A/20191029/us-east-1/ec2/aws4_request");
  EXPECT_EQ(guess_family(ec2.view()), Family::ec2);
  Request presigned = plain_call();
  presigned.query = "X-Amz-Credential=A%2F20191029%2Fus-east-1%2Fec2%2Faws4_request";
  EXPECT_EQ(guess_family(presigned.view()), Family::ec2);
}

TEST(SigV4, a_path_or_plain_json_is_rest_but_for_services_with_xml) {
  const auto guess = [](std::string path, std::string query, std::string type, std::string service) {
    Request r = plain_call();
    r.path = std::move(path);
    r.query = std::move(query);
    r.header("content-type") = std::move(type);
    if (!service.empty())
      r.headers.emplace_back("Authorization", "Credential=A/20191029/us-east-1/" + service + "/aws4_request, x");
    return guess_family(r.view());
  };
  EXPECT_EQ(guess("/2015-03-31/functions", "", "", "lambda"), Family::rest);
  EXPECT_EQ(guess("/2015-03-31/functions", "Marker=Action", "", ""), Family::rest);
  EXPECT_EQ(guess("/2015-03-31/functions", "", "text/plain", ""), Family::rest);
  EXPECT_EQ(guess("/", "", "application/json", "pinpoint"), Family::rest);
  EXPECT_EQ(guess("/token", "", "application/json", ""), Family::rest);
  EXPECT_EQ(guess("/queue", "", "application/x-www-form-urlencoded; charset=utf-8", "sqs"), Family::query);
  EXPECT_EQ(guess("/queue", "Version=1&Action=ReceiveMessage", "", "sqs"), Family::query);
  EXPECT_EQ(guess("/queue", "Action=ReceiveMessage", "", ""), Family::query);
  EXPECT_EQ(guess("/", "", "", "sns"), Family::query);
  for (const char* xml : {"s3", "route53", "cloudfront"})
    EXPECT_EQ(guess("/a/b", "", "application/json", xml), Family::query);
  EXPECT_EQ(guess("/a/b", "X-Amz-Credential=A%2F20191029%2Fus-east-1%2Fs3%2Faws4_request&X", "", ""), Family::query);
  EXPECT_EQ(guess("/a/b", "X-Amz-Credential=A/20191029/us-east-1/s3/aws4_request", "", ""), Family::query);
  for (const char* scope : {"/aws4_request", "aws4_request", "%2Faws4_request", "//aws4_request"})
    EXPECT_EQ(guess("/a/b", scope, "", ""), Family::rest) << scope;
}

TEST(SigningKeyCache, keeps_keys_until_the_secret_changes) {
  SigningKeyCache cache(4);
  const Request r = signed_call();
  const auto claims = *read_claims(r.view(), Family::query);
  const auto first = cache.find(claims, secret);
  EXPECT_EQ(cache.find(claims, secret), first);
  EXPECT_TRUE(verify(r.view(), claims, *first, {}, now()).ok());
  const auto other = cache.find(claims, "another secret");
  EXPECT_NE(other, first);
  EXPECT_FALSE(verify(r.view(), claims, *other, {}, now()).ok());
  EXPECT_TRUE(verify(r.view(), claims, *cache.find(claims, secret), {}, now()).ok());
  EXPECT_EQ(cache.size(), 1U);
}

TEST(SigningKeyCache, is_bounded_and_keeps_what_is_used) {
  SigningKeyCache cache(8);
  auto claims = *read_claims(signed_call().view(), Family::query);
  const auto hot = cache.find(claims, secret);
  for (int i = 0; i < 100; ++i) {
    auto other = claims;
    other.region = "region-" + std::to_string(i);
    (void)cache.find(other, secret);
    EXPECT_EQ(cache.find(claims, secret), hot);
    EXPECT_LE(cache.size(), 8U);
  }
}

}  // namespace
}  // namespace haar::auth
