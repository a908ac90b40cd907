// AWS's protocol tests, each case in both directions: what an SDK must send is what we must understand, and
// what an SDK must understand is what we may send.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>

#include "base/encoding.h"
#include "protocol_run.h"
#include "wire/codec.h"
#include "wire/params.h"
#include "wire/query.h"
#include "wire/xml.h"

namespace haar::protocol_tests {
namespace {

// Directions that cannot hold for a case, with the reason. Everything else must pass.
const Skips& requests_not_written() {
  static constexpr std::string_view fills = "an SDK fills in the token; the codec sends what it is given";
  static constexpr std::string_view compressed =
      "the case fixes only headers of a compressed body; haar refuses them";
  static const Skips all{
      {"QueryProtocolIdempotencyTokenAutoFill", fills},
      {"Ec2ProtocolIdempotencyTokenAutoFill", fills},
      {"SDKAppliedContentEncoding_awsQuery", compressed},
      {"SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsQuery", compressed},
      {"SDKAppliedContentEncoding_ec2Query", compressed},
      {"SDKAppendsGzipAndIgnoresHttpProvidedEncoding_ec2Query", compressed},
  };
  return all;
}

const Skips& answers_not_written() {
  static constexpr std::string_view offset = "the offset of the time zone is read, but answers are in UTC";
  static constexpr std::string_view empty = "the case has no body; an answer always carries its request id";
  static const Skips all{
      {"AwsQueryDateTimeWithNegativeOffset", offset},
      {"AwsQueryDateTimeWithPositiveOffset", offset},
      {"Ec2QueryDateTimeWithNegativeOffset", offset},
      {"Ec2QueryDateTimeWithPositiveOffset", offset},
      {"QueryNoInputAndOutput", empty},
      {"QueryNoInputAndNoOutput", empty},
      {"QueryEmptyInputAndEmptyOutput", empty},
  };
  return all;
}

const Skips& requests_not_read() {
  static constexpr std::string_view compressed = "the case has no body; haar refuses content encodings";
  static const Skips all{
      {"SDKAppliedContentEncoding_awsQuery", compressed},
      {"SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsQuery", compressed},
      {"SDKAppliedContentEncoding_ec2Query", compressed},
      {"SDKAppendsGzipAndIgnoresHttpProvidedEncoding_ec2Query", compressed},
  };
  return all;
}

std::vector<std::string> sorted_pairs(std::string_view body) {
  std::vector<std::string> pairs;
  while (!body.empty()) {
    const std::string_view pair = body.substr(0, body.find('&'));
    body.remove_prefix(std::min(pair.size() + 1, body.size()));
    pairs.push_back(percent_decode(pair, true).value());
  }
  std::sort(pairs.begin(), pairs.end());
  return pairs;
}

void check_input_forwards(const Case& c, const object& json) {
  const wire::Operation& operation = *c.operation;
  const auto input = from_json(operation.input, c.make_input, json.at("params"));
  const std::string body = wire::encode_request(*operation.service, operation, input.get()).body;
  EXPECT_EQ(sorted_pairs(body), sorted_pairs(json.at("serialized").at("body").as_string()));
}

void check_input_backwards(const Case& c, const object& json) {
  const wire::Operation& operation = *c.operation;
  value params = json.at("params");
  if (c.id.ends_with("TokenAutoFill")) params.as_object()["token"] = "00000000-0000-4000-8000-000000000000";
  // Neither an empty list of ec2 nor an empty map can be told from an absent one.
  if (c.id == "Ec2EmptyQueryLists" || c.id == "QueryEmptyQueryMaps") params = object();
  const auto expected = from_json(operation.input, c.make_input, params);

  const std::string body(json.at("serialized").at("body").as_string());
  const wire::RequestParts request{"POST", "/", "", {}, body};
  EXPECT_EQ(wire::operation_name(*operation.service, request).value(), operation.name);
  const auto decoded = c.make_input();
  const Result<void> done = wire::decode_request(*operation.service, operation, request, decoded.get());
  ASSERT_TRUE(done.ok()) << done.error().message;
  EXPECT_EQ(json_of(operation.input, decoded.get()), json_of(operation.input, expected.get()));

  // The same parameters in a GET's query string.
  const auto from_query = c.make_input();
  const wire::RequestParts get{"GET", "/", body, {}, ""};
  ASSERT_TRUE(wire::decode_request(*operation.service, operation, get, from_query.get()).ok());
  EXPECT_EQ(json_of(operation.input, from_query.get()), json_of(operation.input, expected.get()));
}

// XML without the space between elements, with <a></a> for <a/>, without the request id: its place and name
// are the codec's own matter and are tested beside it.
std::string canonical(std::string xml) {
  std::string out;
  for (std::size_t i = 0; i < xml.size(); ++i) {
    if (xml[i] != '<') {
      const std::size_t end = std::min(xml.find('<', i), xml.size());
      const std::string text = xml.substr(i, end - i);
      if (text.find_first_not_of(" \t\r\n") != std::string::npos) out += text;
      i = end - 1;
    } else {
      const std::size_t end = xml.find('>', i);
      std::string tag = xml.substr(i, end - i + 1);
      if (tag.ends_with("/>")) {
        const std::string name = tag.substr(1, tag.find_first_of(" /") - 1);
        tag = tag.substr(0, tag.size() - 2) + "></" + name + ">";
      }
      if (!tag.starts_with("<?")) out += tag;
      i = end;
    }
  }
  for (const std::string name : {"ResponseMetadata", "requestId", "RequestId", "RequestID"}) {
    const std::size_t at = out.find("<" + name + ">"), end = out.find("</" + name + ">");
    if (at != std::string::npos && end != std::string::npos) out.erase(at, end + name.size() + 3 - at);
  }
  return out;
}

// Maps have no order: sorts the elements of this name, which stand in a row.
std::string with_sorted(std::string xml, const std::string& name) {
  const std::string open = "<" + name + ">", close = "</" + name + ">";
  std::vector<std::string> found;
  const std::size_t start = xml.find(open);
  while (start != std::string::npos && xml.compare(start, open.size(), open) == 0) {
    const std::size_t end = xml.find(close, start) + close.size();
    found.push_back(xml.substr(start, end - start));
    xml.erase(start, end - start);
  }
  std::sort(found.begin(), found.end());
  for (auto at = found.rbegin(); at != found.rend(); ++at) xml.insert(start, *at);
  return xml;
}

void check_status_and_type(const wire::EncodedResponse& ours, const object& json) {
  const object& response = json.at("response").as_object();
  EXPECT_EQ(ours.status, response.at("status_code").as_int64());
  if (response.contains("headers")) {
    EXPECT_TRUE(ours.content_type.starts_with(
        std::string_view(response.at("headers").at("Content-Type").as_string())));
  }
}

void check_output_forwards(const Case& c, const object& json) {
  const wire::Operation& operation = *c.operation;
  const auto output = from_json(operation.output, c.make_output, json.at("result"));
  const wire::EncodedResponse ours =
      wire::encode_response(*operation.service, operation, output.get(), "request-1");
  check_status_and_type(ours, json);
  const std::string entry = c.id == "QueryQueryFlattenedXmlMap" ? "myMap" : "entry";
  EXPECT_EQ(with_sorted(canonical(ours.body), entry), with_sorted(canonical(expected_body(json)), entry));
}

void check_output_backwards(const Case& c, const object& json) {
  const wire::Operation& operation = *c.operation;
  const auto expected = from_json(operation.output, c.make_output, json.at("result"));
  const auto decoded = c.make_output();
  const std::string body = expected_body(json);
  const Result<void> done =
      wire::decode_response(*operation.service, operation, {200, {}, body}, decoded.get());
  ASSERT_TRUE(done.ok()) << done.error().message;
  EXPECT_EQ(json_of(operation.output, decoded.get()), json_of(operation.output, expected.get()));
}

void check_error(const Case& c, const object& json) {
  const wire::Operation& operation = *c.operation;
  const int status = static_cast<int>(json.at("response").at("status_code").as_int64());
  const auto decoded = c.make_error();
  const std::string sent = expected_body(json);
  const Result<void> done = wire::decode_response(*operation.service, operation, {status, {}, sent},
                                                  nullptr, c.error, decoded.get());
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code, std::string_view(json.at("errorCode").as_string()));
  if (json.contains("errorMessage")) {
    EXPECT_EQ(done.error().message, std::string_view(json.at("errorMessage").as_string()));
  }
  const auto expected = from_json(c.error, c.make_error, json.at("error"));
  EXPECT_EQ(json_of(c.error, decoded.get()), json_of(c.error, expected.get()));

  value beside_message = json.at("error");
  beside_message.as_object().erase("Message");
  const auto details = from_json(c.error, c.make_error, beside_message);
  const wire::EncodedResponse ours =
      wire::encode_error(*operation.service, done.error(), "request-1", c.error, details.get());
  check_status_and_type(ours, json);
  std::string body = ours.body;  // the cases leave the namespace of the envelope out
  if (const std::size_t at = body.find(" xmlns=\"https://example.com/\""); at != std::string::npos)
    body.erase(at, 29);
  EXPECT_EQ(canonical(body), canonical(expected_body(json)));
}

void run_inputs(const std::string& file, const std::vector<Case>& cases) {
  const auto json = load(file, cases);
  for (const Case& c : cases) {
    SCOPED_TRACE(std::string(c.id));
    if (!counter().skips(c, requests_not_written(), "written")) check_input_forwards(c, json.at(c.id));
    if (!counter().skips(c, requests_not_read(), "read")) check_input_backwards(c, json.at(c.id));
  }
}

void run_outputs(const std::string& file, const std::vector<Case>& cases) {
  const auto json = load(file, cases);
  for (const Case& c : cases) {
    SCOPED_TRACE(std::string(c.id));
    if (c.error != nullptr) {
      counter().add(2);
      check_error(c, json.at(c.id));
      continue;
    }
    if (!counter().skips(c, answers_not_written(), "written")) check_output_forwards(c, json.at(c.id));
    counter().add(1);
    check_output_backwards(c, json.at(c.id));
  }
}

TEST(Protocol, requests_of_aws_query) { run_inputs("input/query.json", input_query_cases()); }
TEST(Protocol, requests_of_ec2_query) { run_inputs("input/ec2.json", input_ec2_cases()); }
TEST(Protocol, answers_of_aws_query) { run_outputs("output/query.json", output_query_cases()); }
TEST(Protocol, answers_of_ec2_query) { run_outputs("output/ec2.json", output_ec2_cases()); }

}  // namespace
}  // namespace haar::protocol_tests
