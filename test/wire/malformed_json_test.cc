// Malformed JSON requests of every kind get AWS's error, and cost no more than their size. What the protocols say:
// https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html and the malformed-request tests of its model.
#include <gtest/gtest.h>

#include <algorithm>

#include "model/organizations/CreateAccount.h"
#include "model/organizations/ListAccounts.h"
#include "model/organizations/UntagResource.h"
#include "model/organizations/service.h"
#include "model/organizations/CreateAccount.h"
#include "protocol_run.h"
#include "wire/codec.h"

namespace haar::wire {
namespace {

namespace orgs = organizations;

constexpr Header json_1_1{"Content-Type", "application/x-amz-json-1.1"};

std::string said(const Error& e) {
  std::string out = e.code + " " + std::to_string(e.http_status) + ": " + e.message;
  for (const auto& [name, value] : e.details) out += " " + name + "=" + value;
  return out;
}

std::string name_of(std::string_view target, std::string_view type = "application/x-amz-json-1.1",
                    std::string_view method = "POST") {
  std::vector<Header> headers;
  if (!target.empty()) headers.emplace_back("x-amz-TARGET", target);
  if (!type.empty()) headers.emplace_back("content-type", type);
  const auto name = operation_name(orgs::service(), {method, "/", "", headers, "{}"});
  return name.ok() ? *name : said(name.error());
}

template <class Op>
std::string decoding(std::string_view body) {
  typename Op::Input input;
  const std::array headers{json_1_1};
  const Result<void> done = decode_request(*Op::model().service, Op::model(), {"POST", "/", "", headers, body}, &input);
  return done.ok() ? "accepted" : said(done.error());
}

TEST(JsonOperationName, is_in_the_target) {
  EXPECT_EQ(name_of("AWSOrganizationsV20161128.CreateAccount"), "CreateAccount");
  EXPECT_EQ(name_of("AWSOrganizationsV20161128.CreateAccount", "application/x-amz-json-1.0; charset=utf-8"),
            "CreateAccount");
}

TEST(JsonOperationName, whatever_names_no_operation_is_unknown) {
  for (const std::string_view target :
       {"", "CreateAccount", ".CreateAccount", "AWSOrganizationsV20161128", "AWSOrganizationsV20161128.",
        "AWSOrganizationsV20161128.Nope", "AWSOrganizationsV20161128.createAccount", "DynamoDB_20120810.CreateAccount",
        "x.AWSOrganizationsV20161128.CreateAccount"}) {
    EXPECT_EQ(name_of(target), "UnknownOperationException 400: ") << target;
  }
  EXPECT_EQ(name_of("AWSOrganizationsV20161128.CreateAccount", "", "POST"), "UnknownOperationException 404: ");
  EXPECT_EQ(name_of("AWSOrganizationsV20161128.CreateAccount", "application/json"), "UnknownOperationException 404: ");
  EXPECT_EQ(name_of("AWSOrganizationsV20161128.CreateAccount", json_1_1.second, "GET"),
            "UnknownOperationException 400: ");
}

TEST(MalformedJson, a_value_of_another_type_is_told_in_awss_words) {
  using Create = orgs::ops::CreateAccount;
  EXPECT_EQ(decoding<Create>(R"({"Email":1,"AccountName":"a"})"),
            "SerializationException 400: NUMBER_VALUE can not be converted to a String");
  EXPECT_EQ(decoding<Create>(R"({"Email":true})"),
            "SerializationException 400: TRUE_VALUE can not be converted to a String");
  EXPECT_EQ(decoding<Create>(R"({"Email":{"a":1}})"),
            "SerializationException 400: Start of structure or map found where not expected.");
  EXPECT_EQ(decoding<Create>(R"({"Email":[]})"), "SerializationException 400: Start of list found where not expected.");
  EXPECT_EQ(decoding<Create>(R"({"Tags":"x"})"), "SerializationException 400: Expected list or null");
  EXPECT_EQ(decoding<Create>(R"({"Tags":["x"]})"), "SerializationException 400: Expected null");
  EXPECT_EQ(decoding<orgs::ops::ListAccounts>(R"({"MaxResults":"5"})"),
            "SerializationException 400: STRING_VALUE can not be converted to an Integer");
  for (const std::string_view number : {"1.5", "1e3", "99999999999", "-2147483649", "1.0"})
    EXPECT_EQ(decoding<orgs::ops::ListAccounts>("{\"MaxResults\":" + std::string(number) + "}"),
              "SerializationException 400: NUMBER_VALUE can not be converted to an Integer")
        << number;
}

TEST(MalformedJson, what_is_no_json_object_is_refused) {
  for (const std::string_view body : {"{", "[]", "null", "1", "\"a\"", "{\"Email\":}", "{\"Email\":\"a\",}", "{}{}",
                                      "{'Email':1}", "{\"Email\":\"\xff\"}", "{\"Unknown\":[}", "<a/>", "Action=X"}) {
    EXPECT_EQ(decoding<orgs::ops::CreateAccount>(body).substr(0, 26), "SerializationException 400") << body;
  }
}

TEST(MalformedJson, null_is_absent_and_twice_is_refused) {
  EXPECT_EQ(decoding<orgs::ops::ListAccounts>(R"({"Nope":null,"__type":"x","MaxResults":null})"), "accepted");
  EXPECT_EQ(decoding<orgs::ops::ListAccounts>(R"({"MaxResults":1,"MaxResults":2})"),
            "SerializationException 400: The key 'MaxResults' stands twice.");
  EXPECT_EQ(decoding<orgs::ops::ListAccounts>(R"({"MaxResults":null,"MaxResults":2})"),
            "SerializationException 400: The key 'MaxResults' stands twice.");
  EXPECT_EQ(decoding<orgs::ops::ListAccounts>(""), "accepted");
  EXPECT_EQ(decoding<orgs::ops::CreateAccount>(R"({"Tags":[null]})"),
            "SerializationException 400: A list must not hold null.");
}

TEST(MalformedJson, deep_nesting_is_refused_before_it_costs) {
  std::string body = "{\"Unknown\":";
  for (int i = 0; i < 500'000; ++i) body += "[";
  EXPECT_EQ(decoding<orgs::ops::CreateAccount>(body),
            "SerializationException 400: The JSON is malformed: too many levels at byte 110.");
}

TEST(MalformedJson, organizations_tells_the_first_broken_constraint_by_its_reason) {
  using Create = orgs::ops::CreateAccount;
  EXPECT_EQ(decoding<Create>("{}"),
            "InvalidInputException 400: You must include a value for all required parameters. Reason=INPUT_REQUIRED");
  EXPECT_EQ(decoding<Create>(R"({"Email":"a","AccountName":"b"})"),
            "InvalidInputException 400: You provided a string parameter that is shorter than allowed. "
            "Reason=MIN_LENGTH_EXCEEDED");
  EXPECT_EQ(decoding<Create>(R"({"Email":"no-at-sign","AccountName":"b"})"),
            "InvalidInputException 400: You provided a value that does not match the required pattern. "
            "Reason=INVALID_PATTERN");
  EXPECT_EQ(decoding<Create>(R"({"Email":"a@b.de","AccountName":"b","IamUserAccessToBilling":"x"})"),
            "InvalidInputException 400: You specified an invalid value. Reason=INVALID_ENUM");
  EXPECT_EQ(decoding<orgs::ops::ListAccounts>(R"({"MaxResults":21})"),
            "InvalidInputException 400: You provided a numeric parameter that has a larger value than allowed. "
            "Reason=MAX_VALUE_EXCEEDED");
}

TEST(MalformedJson, very_many_broken_constraints_cost_no_more_than_few) {
  std::string body = R"({"Email":"a@b.de","AccountName":"b","Tags":[{})";
  for (int i = 0; i < 200'000; ++i) body += ",{}";
  EXPECT_EQ(decoding<orgs::ops::CreateAccount>(body + "]}"),
            "InvalidInputException 400: You must include a value for all required parameters. Reason=INPUT_REQUIRED");
  // The same in the wording that tells of all of them, up to a number.
  static const Operation& model = orgs::ops::CreateAccount::model();
  static const Service aggregate{.protocol = Protocol::json_1_1, .validation_code = "ValidationException"};
  orgs::CreateAccountRequest input;
  const Result<void> done = decode_request(aggregate, model, {"POST", "/", "", {}, body + "]}"}, &input);
  EXPECT_EQ(done.error().code, "ValidationException");
  EXPECT_TRUE(done.error().message.starts_with("20 validation errors detected: Value null at 'tags.1.member.key' failed"))
      << done.error().message.substr(0, 200);
}

TEST(MalformedJson, a_bad_element_of_a_list_has_a_reason_of_its_own) {
  EXPECT_EQ(decoding<orgs::ops::UntagResource>(R"({"ResourceId":"123456789012","TagKeys":["a",""]})"),
            "InvalidInputException 400: You provided a list to a parameter that contains at least one invalid value. "
            "Reason=INVALID_LIST_MEMBER");
}

TEST(MalformedJson, the_error_has_its_type_and_its_shapes_own_spelling_of_the_message) {
  Error error = orgs::errors::InvalidInputException("Bad.");
  error.details.emplace_back("Reason", "INVALID_ENUM");
  const EncodedResponse known = encode_error(orgs::service(), error, "r");
  EXPECT_EQ(known.body, R"({"__type":"InvalidInputException","Message":"Bad.","Reason":"INVALID_ENUM"})");
  EXPECT_EQ(known.content_type, "application/x-amz-json-1.1");
  EXPECT_EQ(encode_error(orgs::service(), {"UnrecognizedClientException", "No.", 400}, "r").body,
            R"({"__type":"UnrecognizedClientException","message":"No."})");
  EXPECT_EQ(encode_error(orgs::service(), {"UnknownOperationException", "", 400}, "r").body,
            R"({"__type":"UnknownOperationException"})");
}

TEST(MalformedJson, every_truncation_and_every_single_byte_change_is_survived) {
  const std::string good =
      R"({"Email":"ana@example.com","AccountName":"A\u0041","Tags":[{"Key":"a","Value":"é"},{"Key":"c","Value":""}]})";
  ASSERT_EQ(decoding<orgs::ops::CreateAccount>(good), "accepted");
  for (std::size_t i = 0; i < good.size(); ++i) {
    EXPECT_EQ(decoding<orgs::ops::CreateAccount>(good.substr(0, i)) == "accepted", false);
    for (const char c : {'\0', '"', '\\', '{', '}', '[', ']', ',', ':', '1', 'n', '\xFF'}) {
      std::string changed = good;
      changed[i] = c;
      EXPECT_FALSE(decoding<orgs::ops::CreateAccount>(changed).empty());
    }
  }
}

// --- restJson, on the shapes of the protocol tests --------------------------------------------------------

const protocol_tests::Case& case_of(std::string_view id) {
  static const std::vector<protocol_tests::Case> cases = protocol_tests::input_rest_json_cases();
  const auto at = std::find_if(cases.begin(), cases.end(), [&](const auto& c) { return c.id == id; });
  if (at == cases.end()) throw std::runtime_error("no case " + std::string(id));
  return *at;
}

struct Rest {
  std::string_view path, body = {}, query = {};
  std::vector<Header> headers{{"Content-Type", "application/json"}};
  std::string_view method = "PUT";
};

// The decoded input as JSON; the error where it is refused.
std::string rest(std::string_view id, const Rest& request) {
  const protocol_tests::Case& c = case_of(id);
  const RequestParts parts{request.method, request.path, request.query, request.headers, request.body};
  const auto input = c.make_input();
  const Result<void> done = decode_request(*c.operation->service, *c.operation, parts, input.get());
  return done.ok() ? protocol_tests::json_of(c.operation->input, input.get()) : said(done.error());
}

std::string refused(std::string_view id, const Rest& request) { return rest(id, request).substr(0, 26); }

TEST(MalformedRest, wrong_values_in_the_body) {
  const auto scalar = [](std::string_view body) {
    return refused("RestJsonSimpleScalarProperties", {.path = "/SimpleScalarProperties", .body = body});
  };
  for (const std::string_view value : {"\"123\"", "true", "1.001", "2ABC", "0x42", "Infinity", "\"Infinity\"", "NaN",
                                       "9223372000000000000", "-9223372000000000000"})
    EXPECT_EQ(scalar("{\"integerValue\":" + std::string(value) + "}"), "SerializationException 400") << value;
  for (const std::string_view value : {"\"true\"", "1", "\"1\"", "True", "TRUE", "tru"})
    EXPECT_EQ(scalar("{\"trueBooleanValue\":" + std::string(value) + "}"), "SerializationException 400") << value;
  for (const std::string_view value : {"\"1.5\"", "1e999", "\"nan\"", "\"inf\"", "\"+Infinity\"", "true"})
    EXPECT_EQ(scalar("{\"DoubleDribble\":" + std::string(value) + "}"), "SerializationException 400") << value;
  EXPECT_EQ(scalar("{\"longValue\":9223372036854775808}"), "SerializationException 400");
  EXPECT_EQ(rest("RestJsonSimpleScalarProperties",
                 {.path = "/SimpleScalarProperties", .body = "{\"longValue\":9223372036854775807}"}),
            "{\"longValue\":9223372036854775807}");
  EXPECT_EQ(refused("RestJsonJsonBlobs", {.path = "/JsonBlobs", .body = "{\"data\":\"=\"}"}), "SerializationException 400");
}

TEST(MalformedRest, timestamps_are_taken_in_their_own_form_only) {
  const auto stamp = [](std::string_view member, std::string_view value) {
    const std::string body = "{\"" + std::string(member) + "\":" + std::string(value) + "}";
    return refused("RestJsonJsonTimestamps", {.path = "/JsonTimestamps", .body = body, .method = "POST"});
  };
  for (const std::string_view value : {"\"1985-04-12T23:20:50Z\"", "\"1515531081\"", "true", "\"NaN\"", "1e99"})
    EXPECT_EQ(stamp("normal", value), "SerializationException 400") << value;
  for (const std::string_view value :
       {"1515531081", "\"1996-12-19T16:39:57-08:00\"", "\"1996-12-19T16:39:57\"", "\"19961219T163957Z\"", "\"1996-12-19T16:39Z\"",
        "\"1996-12-19 16:39:57Z\"", "\"Tue, 29 Apr 2014 18:30:38 GMT\"", "\"1996-12-19T16:39:57+00Z\"", "\"1996-13-19T16:39:57Z\""})
    EXPECT_EQ(stamp("dateTime", value), "SerializationException 400") << value;
  for (const std::string_view value : {"1515531081", "\"1985-04-12T23:20:50Z\"", "\"Tue, 29 Apr 2014 18:30:38 UTC\""})
    EXPECT_EQ(stamp("httpDate", value), "SerializationException 400") << value;
  EXPECT_EQ(rest("RestJsonJsonTimestamps",
                 {.path = "/JsonTimestamps", .body = "{\"dateTime\":\"1985-04-12T23:20:50.52Z\"}", .method = "POST"}),
            "{\"dateTime\":\"1985-04-12T23:20:50.520Z\"}");
}

TEST(MalformedRest, of_a_union_exactly_one_member_is_set) {
  for (const std::string_view contents :
       {"{\"stringValue\":\"a\",\"numberValue\":1}", "{\"stringValue\":null}", "{}", "{\"nope\":null}", "[\"stringValue\"]", "\"stringValue\""}) {
    const std::string body = "{\"contents\":" + std::string(contents) + "}";
    EXPECT_EQ(refused("RestJsonSerializeStringUnionValue", {.path = "/JsonUnions", .body = body}), "SerializationException 400")
        << contents;
  }
}

TEST(MalformedRest, labels_parameters_and_headers_of_another_type) {
  const auto label = [](std::string_view path) {
    return refused("RestJsonInputWithHeadersAndAllParams", {.path = path, .method = "GET"});
  };
  EXPECT_EQ(label("/HttpRequestWithLabels/s/1/2/3/4.1/5.1/true/2019-12-16T23%3A48%3A18Z").substr(0, 1), "{");
  for (const std::string_view path :
       {"/HttpRequestWithLabels/s/1.5/2/3/4.1/5.1/true/2019-12-16T23%3A48%3A18Z",
        "/HttpRequestWithLabels/s/1/2/3/4.1/5.1/TRUE/2019-12-16T23%3A48%3A18Z",
        "/HttpRequestWithLabels/s/1/2/3/4.1/5.1/true/1576540098",
        "/HttpRequestWithLabels/%FF/1/2/3/4.1/5.1/true/2019-12-16T23%3A48%3A18Z"})
    EXPECT_EQ(label(path), "SerializationException 400") << path;
  const auto query = [](std::string_view text) {
    return refused("RestJsonAllQueryStringTypes", {.path = "/AllQueryStringTypesInput", .query = text, .method = "GET"});
  };
  for (const std::string_view text : {"Integer=x", "Integer=", "Integer=1&Integer=2", "Boolean=True", "Timestamp=1", "String=%",
                                      "String=%FF", "IntegerList=1&IntegerList=x"})
    EXPECT_EQ(query(text), "SerializationException 400") << text;
  const auto header = [](std::string_view name, std::string_view text) {
    return refused("RestJsonInputAndOutputWithStringHeaders",
                   {.path = "/InputAndOutputWithHeaders", .headers = {{name, text}}, .method = "POST"});
  };
  EXPECT_EQ(header("X-Integer", "1.5"), "SerializationException 400");
  EXPECT_EQ(header("X-IntegerList", "1, x"), "SerializationException 400");
  EXPECT_EQ(header("X-Boolean1", "yes"), "SerializationException 400");
  EXPECT_EQ(header("X-StringList", "\"a"), "SerializationException 400");
  EXPECT_EQ(header("X-StringList", "\"a\"b"), "SerializationException 400");
  EXPECT_EQ(header("X-TimestampList", "Mon, 16 Dec 2019 23:48:18 GMT, x"), "SerializationException 400");
}

TEST(MalformedRest, a_body_of_another_content_type_is_415) {
  const auto sent = [](std::string_view type, std::string_view body) {
    return rest("RestJsonSimpleScalarProperties",
                {.path = "/SimpleScalarProperties", .body = body, .headers = {{"Content-Type", type}}});
  };
  EXPECT_EQ(sent("application/hal+json", "{}").substr(0, 33), "UnsupportedMediaTypeException 415");
  EXPECT_EQ(sent("text/plain", "{}").substr(0, 33), "UnsupportedMediaTypeException 415");
  EXPECT_EQ(sent("application/JSON; charset=utf-8", "{}"), "{}");
  EXPECT_EQ(sent("text/plain", ""), "{}");
}

TEST(MalformedRest, the_error_is_named_in_a_header) {
  const Service& service = *case_of("RestJsonSimpleScalarProperties").operation->service;
  const EncodedResponse said_so = encode_error(service, {"ValidationException", "No.", 400}, "r");
  EXPECT_EQ(said_so.body, R"({"message":"No."})");
  EXPECT_EQ(said_so.content_type, "application/json");
  EXPECT_EQ(said_so.headers, (OwnHeaders{{"x-amzn-ErrorType", "ValidationException"}}));
}

}  // namespace
}  // namespace haar::wire
