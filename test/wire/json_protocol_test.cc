// AWS's protocol tests of awsJson 1.1 and restJson1, each case in both directions.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/encoding.h"
#include "protocol_run.h"
#include "wire/codec.h"

namespace haar::protocol_tests {
namespace {

constexpr std::string_view tolerated = "what a client must understand; no answer of ours is written so";
constexpr std::string_view compressed = "the case fixes only headers of a compressed body; haar refuses them";
constexpr std::string_view put_behind = "the endpoint of the case has a path of its own, before the operation's";

const Skips& requests_not_written() {
  static const Skips all{
      {"AwsJson11HostWithPath", put_behind},
      {"RestJsonHostWithPath", put_behind},
      {"RestJsonHttpChecksumRequired", "Content-MD5 is the client's own matter, as the signature is"},
      {"RestJsonQueryIdempotencyTokenAutoFill", "an SDK fills in the token; the codec sends what it is given"},
      {"SDKAppliedContentEncoding_awsJson1_1", compressed},
      {"SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsJson1_1", compressed},
      {"SDKAppliedContentEncoding_restJson1", compressed},
      {"SDKAppendedGzipAfterProvidedEncoding_restJson1", compressed},
  };
  return all;
}

const Skips& requests_not_read() {
  static constexpr std::string_view map = "a server puts every parameter into the map, those with members too";
  static constexpr std::string_view empty = "an empty value is sent as nothing, and nothing is read as absent";
  static const Skips all{
      {"RestJsonHostWithPath", put_behind},
      {"RestJsonQueryParamsStringListMap", map},
      {"RestJsonQueryPrecedence", map},
      {"RestJsonOmitsEmptyListQueryValues", empty},
      {"RestJsonHttpPrefixHeadersAreNotPresent", empty},
      {"RestJsonHttpWithEmptyStructurePayload", "an SDK sends {} for an absent payload; {} is read as a value"},
      {"RestJsonHttpWithHeadersButNoPayload", "an SDK sends {} for an absent payload; {} is read as a value"},
      {"SDKAppliedContentEncoding_awsJson1_1", compressed},
      {"SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsJson1_1", compressed},
      {"SDKAppliedContentEncoding_restJson1", compressed},
      {"SDKAppendedGzipAfterProvidedEncoding_restJson1", compressed},
  };
  return all;
}

const Skips& answers_not_written() {
  static constexpr std::string_view offset = "the offset of the time zone is read, but answers are in UTC";
  static const Skips all{
      {"AwsJson11DateTimeWithNegativeOffset", offset},
      {"AwsJson11DateTimeWithPositiveOffset", offset},
      {"RestJsonDateTimeWithNegativeOffset", offset},
      {"RestJsonDateTimeWithPositiveOffset", offset},
      {"AwsJson11StructuresDontDeserializeNullValues", tolerated},
      {"RestJsonDoesntDeserializeNullStructureValues", tolerated},
      {"RestJsonDeserializesDenseSetMapAndSkipsNull", tolerated},
      {"AwsJson11DeserializeIgnoreType", tolerated},
      {"RestJsonDeserializeIgnoreType", tolerated},
      {"json_1_1_client_expects_empty_payload_for_no_output_shape", "an operation without output answers no body"},
      {"handles_empty_output_shape", "an operation without output answers no body"},
      {"handles_unexpected_json_output", tolerated},
  };
  return all;
}

// Errors that are told in other places than ours are read, never written: awsJson names them in the body without a
// namespace, restJson in the header beside a body.
bool in_our_form(const object& json, bool rest) {
  const object& response = json.at("response").as_object();
  const std::string body = expected_body(json);
  if (rest)
    return !body.empty() && response.contains("headers") && response.at("headers").as_object().contains("X-Amzn-Errortype");
  return body.find("\"__type\"") != std::string::npos && body.find("internal") == std::string::npos &&
         body.find('#') == std::string::npos;
}

// The same JSON: keys in any order, 1 and 1.0 alike, and doubles as near as Boost reads them (1.81 can be off in the
// last digit).
bool same(const value& a, const value& b) {
  if (a.is_number() && b.is_number()) {
    const auto x = a.to_number<double>(), y = b.to_number<double>();
    return a == b || std::abs(x - y) <= 4e-16 * std::abs(x);
  }
  if (a.is_array() && b.is_array())
    return std::equal(a.get_array().begin(), a.get_array().end(), b.get_array().begin(), b.get_array().end(), same);
  if (!a.is_object() || !b.is_object()) return a == b;
  return a.get_object().size() == b.get_object().size() &&
         std::all_of(a.get_object().begin(), a.get_object().end(), [&](const auto& member) {
           const value* other = b.get_object().if_contains(member.key());
           return other != nullptr && same(member.value(), *other);
         });
}

void expect_same_body(const std::string& ours, const std::string& theirs) {
  boost::json::error_code error;
  const value parsed = boost::json::parse(theirs, error);
  if (error || theirs.empty()) {
    EXPECT_EQ(ours, theirs);
    return;
  }
  const value own = boost::json::parse(ours, error);
  ASSERT_FALSE(error) << ours;
  EXPECT_TRUE(same(own, parsed)) << ours << "\nis not\n" << theirs;
}

std::vector<std::string> sorted_pairs(std::string_view query) {
  std::vector<std::string> pairs;
  while (!query.empty()) {
    std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    if (pair.ends_with('=')) pair.remove_suffix(1);
    pairs.emplace_back(pair);
  }
  std::sort(pairs.begin(), pairs.end());
  return pairs;
}

std::string path_of(std::string_view uri) { return std::string(uri.substr(0, uri.find('?'))); }
std::string query_of(std::string_view uri) {
  const std::size_t mark = uri.find('?');
  return mark == std::string_view::npos ? "" : std::string(uri.substr(mark + 1));
}

std::map<std::string, std::string> lowered(const wire::OwnHeaders& headers) {
  std::map<std::string, std::string> out;
  for (const auto& [name, text] : headers) out[to_lower(name)] = text;
  return out;
}

void expect_headers(const wire::OwnHeaders& ours, const object& theirs) {
  const auto have = lowered(ours);
  if (theirs.contains("headers")) {
    for (const auto& [name, text] : theirs.at("headers").as_object()) {
      const std::string key = to_lower(std::string_view(name));
      if (key == "content-length") continue;  // the transport's
      EXPECT_TRUE(have.contains(key)) << key;
      if (have.contains(key)) {
        EXPECT_EQ(have.at(key), std::string_view(text.as_string())) << key;
      }
    }
  }
  if (theirs.contains("forbidHeaders")) {
    for (const value& name : theirs.at("forbidHeaders").as_array())
      EXPECT_FALSE(have.contains(to_lower(std::string_view(name.as_string())))) << name;
  }
}

void check_input_forwards(const Case& c, const object& json) {
  const wire::Operation& operation = *c.operation;
  const auto input = from_json(operation.input, c.make_input, json.at("params"));
  const wire::EncodedRequest ours = wire::encode_request(*operation.service, operation, input.get());
  const object& theirs = json.at("serialized").as_object();
  const std::string_view uri = theirs.at("uri").as_string();
  EXPECT_EQ(ours.method, std::string_view(theirs.at("method").as_string()));
  EXPECT_EQ(path_of(ours.uri), path_of(uri));
  EXPECT_EQ(sorted_pairs(query_of(ours.uri)), sorted_pairs(query_of(uri)));
  expect_headers(ours.headers, theirs);
  if (theirs.contains("body")) expect_same_body(ours.body, std::string(theirs.at("body").as_string()));
  if (theirs.contains("host")) {
    EXPECT_EQ(ours.host_prefix + "example.com", std::string_view(theirs.at("host").as_string()));
  }
}

void check_input_backwards(const Case& c, const object& json) {
  const wire::Operation& operation = *c.operation;
  value params = json.at("params");
  if (c.id.ends_with("TokenAutoFill")) params.as_object()["token"] = "00000000-0000-4000-8000-000000000000";
  const auto expected = from_json(operation.input, c.make_input, params);
  const object& sent = json.at("serialized").as_object();
  const std::string uri(sent.at("uri").as_string()), path = path_of(uri), query = query_of(uri);
  const std::string method(sent.at("method").as_string());
  const std::string body = sent.contains("body") ? std::string(sent.at("body").as_string()) : "";
  std::vector<wire::Header> headers;
  if (sent.contains("headers")) {
    for (const auto& [name, text] : sent.at("headers").as_object()) headers.emplace_back(name, text.as_string());
  }
  const wire::RequestParts request{method, path, query, headers, body};
  const Result<std::string> name = wire::operation_name(*operation.service, request);
  ASSERT_TRUE(name.ok()) << name.error().message;
  EXPECT_EQ(*name, operation.name);
  const auto decoded = c.make_input();
  const Result<void> done = wire::decode_request(*operation.service, operation, request, decoded.get());
  ASSERT_TRUE(done.ok()) << done.error().message;
  EXPECT_EQ(json_of(operation.input, decoded.get()), json_of(operation.input, expected.get()));
}

std::vector<wire::Header> response_headers(const object& json) {
  std::vector<wire::Header> headers;
  const object& response = json.at("response").as_object();
  if (response.contains("headers")) {
    for (const auto& [name, text] : response.at("headers").as_object()) headers.emplace_back(name, text.as_string());
  }
  return headers;
}

void expect_response(wire::EncodedResponse ours, const object& json) {
  object theirs = json.at("response").as_object();
  if (theirs.contains("headers")) theirs.at("headers").as_object().erase("X-Amzn-Requestid");  // the pipeline's
  EXPECT_EQ(ours.status, theirs.at("status_code").as_int64());
  if (!ours.content_type.empty()) ours.headers.emplace_back("Content-Type", ours.content_type);
  expect_headers(ours.headers, theirs);
  // A client takes no body for an empty object.
  if (expected_body(json).empty() && ours.body == "{}") return;
  expect_same_body(ours.body, expected_body(json));
}

void check_output_forwards(const Case& c, const object& json) {
  const wire::Operation& operation = *c.operation;
  const auto output = from_json(operation.output, c.make_output, json.at("result"));
  value sent = json;
  // The header names the request's operation; no answer carries it.
  if (object& response = sent.as_object().at("response").as_object(); response.contains("headers"))
    response.at("headers").as_object().erase("X-Amz-Target");
  expect_response(wire::encode_response(*operation.service, operation, output.get(), "request-1"), sent.as_object());
}

void check_output_backwards(const Case& c, const object& json) {
  const wire::Operation& operation = *c.operation;
  const auto expected = from_json(operation.output, c.make_output, json.at("result"));
  const auto decoded = c.make_output();
  const int status = static_cast<int>(json.at("response").at("status_code").as_int64());
  const std::vector<wire::Header> headers = response_headers(json);
  const std::string body = expected_body(json);
  const Result<void> done =
      wire::decode_response(*operation.service, operation, {status, headers, body}, decoded.get());
  ASSERT_TRUE(done.ok()) << done.error().message;
  expect_same_body(json_of(operation.output, decoded.get()), json_of(operation.output, expected.get()));
}

void check_error(const Case& c, const object& json, bool rest) {
  const wire::Operation& operation = *c.operation;
  const int status = static_cast<int>(json.at("response").at("status_code").as_int64());
  const std::vector<wire::Header> headers = response_headers(json);
  const std::string body = expected_body(json);
  const auto decoded = c.make_error();
  const Result<void> done = wire::decode_response(*operation.service, operation, {status, headers, body}, nullptr,
                                                  c.error, decoded.get());
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code, std::string_view(json.at("errorCode").as_string()));
  EXPECT_EQ(done.error().http_status, status);
  if (json.contains("errorMessage")) {
    EXPECT_EQ(done.error().message, std::string_view(json.at("errorMessage").as_string()));
  }
  const auto expected = from_json(c.error, c.make_error, json.at("error"));
  EXPECT_EQ(json_of(c.error, decoded.get()), json_of(c.error, expected.get()));
  counter().add(1);

  if (!in_our_form(json, rest)) {
    const Skips here{{c.id, tolerated}};
    counter().skips(c, here, "written");
    return;
  }
  counter().add(1);
  value beside_message = json.at("error");
  beside_message.as_object().erase("Message");
  const auto details = from_json(c.error, c.make_error, beside_message);
  expect_response(wire::encode_error(*operation.service, done.error(), "request-1", c.error, details.get()), json);
}

void run_inputs(const std::string& file, const std::vector<Case>& cases) {
  const auto json = load(file, cases);
  for (const Case& c : cases) {
    SCOPED_TRACE(std::string(c.id));
    if (!counter().skips(c, requests_not_written(), "written")) check_input_forwards(c, json.at(c.id));
    if (!counter().skips(c, requests_not_read(), "read")) check_input_backwards(c, json.at(c.id));
  }
}

void run_outputs(const std::string& file, const std::vector<Case>& cases, bool rest) {
  const auto json = load(file, cases);
  for (const Case& c : cases) {
    SCOPED_TRACE(std::string(c.id));
    if (c.error != nullptr) {
      check_error(c, json.at(c.id), rest);
      continue;
    }
    if (!counter().skips(c, answers_not_written(), "written")) check_output_forwards(c, json.at(c.id));
    counter().add(1);
    check_output_backwards(c, json.at(c.id));
  }
}

TEST(JsonProtocol, requests_of_aws_json) { run_inputs("input/json.json", input_json_cases()); }
TEST(JsonProtocol, requests_of_rest_json) { run_inputs("input/rest-json.json", input_rest_json_cases()); }
TEST(JsonProtocol, answers_of_aws_json) { run_outputs("output/json.json", output_json_cases(), false); }
TEST(JsonProtocol, answers_of_rest_json) { run_outputs("output/rest-json.json", output_rest_json_cases(), true); }

}  // namespace
}  // namespace haar::protocol_tests
