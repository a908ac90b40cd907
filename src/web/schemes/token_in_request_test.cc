// Unsigned operations of every protocol, over services made for the test: through the whole pipeline.
#include "web/schemes/token_in_request.h"

#include <gtest/gtest.h>

#include "api/kit/row.h"
#include "api/pipeline/serve.h"
#include "events/log.h"
#include "store/memory_backend.h"
#include "web/schemes/region.h"
#include "web/sites.h"
#include "web/test_exchange.h"
#include "web/test_identities.h"
#include "wire/types.h"

namespace haar::web {
namespace {

// ---- three services, each with an operation that takes unsigned requests and one that does not ---------------

extern const wire::Service rest, json, query;

#define HAAR_TEST_OPERATION(type, service, number)                                     \
  struct type {                                                                        \
    using Input = wire::Empty;                                                         \
    using Output = wire::Empty;                                                        \
    static const wire::Operation& model() { return (service).operations[(number)]; }   \
  }
HAAR_TEST_OPERATION(RestOpen, rest, 0);
HAAR_TEST_OPERATION(RestSigned, rest, 1);
HAAR_TEST_OPERATION(JsonOpen, json, 0);
HAAR_TEST_OPERATION(JsonSigned, json, 1);
HAAR_TEST_OPERATION(QueryOpen, query, 0);
HAAR_TEST_OPERATION(QuerySigned, query, 1);
#undef HAAR_TEST_OPERATION

constinit const wire::Operation rest_operations[] = {
    {.name = "GetRoleCredentials", .service = &rest, .generated = true, .http_method = "GET",
     .http_uri = "/federation/credentials"},
    {.name = "ListRoles", .service = &rest, .generated = true, .http_method = "GET", .http_uri = "/roles"},
    {.name = "Unbuilt", .service = &rest, .http_method = "POST", .http_uri = "/unbuilt"}};
constinit const wire::Operation json_operations[] = {{.name = "Register", .service = &json, .generated = true},
                                                     {.name = "Secret", .service = &json, .generated = true}};
constinit const wire::Operation query_operations[] = {{.name = "AssumeByToken", .service = &query, .generated = true},
                                                      {.name = "ListThings", .service = &query, .generated = true}};
constinit const wire::Service rest{.name = "portal", .signing_name = "portal", .endpoint_prefix = "portal.sso",
                                   .protocol = wire::Protocol::rest_json, .operations = rest_operations};
constinit const wire::Service json{.name = "clients", .signing_name = "clients", .endpoint_prefix = "clients",
                                   .protocol = wire::Protocol::json_1_1, .target_prefix = "Clients",
                                   .operations = json_operations};
constinit const wire::Service query{.name = "tokens", .signing_name = "tokens", .endpoint_prefix = "tokens",
                                    .api_version = "2026-11-30", .global = true, .operations = query_operations};

struct Verified {
  std::string subject;
};
Result<Verified> verify(const api::Environment&, const wire::Empty&) { return Verified{"ana"}; }
std::shared_ptr<const api::Caller> whom(const wire::Empty&, const Verified& verified) {
  auto caller = std::make_shared<api::Caller>();
  caller->type = api::CallerType::federated;
  caller->account = AccountId("111122223333");
  caller->name = verified.subject;
  return caller;
}
// Who called, and where it acted: what the test looks at.
struct Seen {
  std::string who, region;
};
Seen& seen() {
  static Seen one;
  return one;
}
Result<wire::Empty> open_call(api::Call& call, const wire::Empty&, const Verified&) {
  seen() = {call.caller().name, call.region().value};
  return wire::Empty{};
}
Result<wire::Empty> signed_call(api::Call& call, const wire::Empty&) {
  seen() = {call.caller().name, call.region().value};
  return wire::Empty{};
}

template <class Op>
api::Row open_row() {
  return api::op<Op>(open_call, api::read_only, api::no_permission, api::prepare(verify), api::caller_from_token(whom));
}
template <class Op>
api::Row signed_row() {
  return api::op<Op>(signed_call, api::read_only, api::no_permission);
}

class UnsignedOperations : public ::testing::Test {
 protected:
  UnsignedOperations() : rest_rows_{open_row<RestOpen>(), signed_row<RestSigned>()},
                         json_rows_{open_row<JsonOpen>(), signed_row<JsonSigned>()},
                         query_rows_{open_row<QueryOpen>(), signed_row<QuerySigned>()} {
    rows_.add(rest, {&rest_rows_});
    rows_.add(json, {&json_rows_});
    rows_.add(query, {&query_rows_});
    pipeline_ = std::make_unique<api::Pipeline>(env_, *db_, log_);
    schemes_ = aws_schemes(env_, {"us-east-1", "eu-west-1"});
    seen() = {};
  }
  ~UnsignedOperations() override { db_->stop(); }

  http::Response asked(http::Request request) { return asked(std::move(request), schemes_); }
  http::Response asked(http::Request request, const api::Schemes& schemes) {
    return ask([&](http::Request&& r, http::Respond respond) { pipeline_->handle(std::move(r), std::move(respond), schemes); },
               std::move(request));
  }

  SystemClock clock_;
  auth::Keyring keyring_ = auth::Keyring::ephemeral();
  NoIdentities identities_;
  const api::Operations rest_rows_, json_rows_, query_rows_;
  api::Registry rows_;
  api::Environment env_{clock_, system_random(), keyring_, identities_, rows_};
  std::unique_ptr<store::Db> db_ = store::Db::open(store::make_memory_backend(), events::log_spaces()).value();
  events::Log log_{*db_, clock_};
  api::Schemes schemes_;
  std::unique_ptr<api::Pipeline> pipeline_;
};

http::Request of_rest(const std::string& method, const std::string& path, http::Headers headers = {}) {
  headers.emplace_back("Host", "portal.sso.eu-west-1.amazonaws.com");
  return test_request(method, path, std::move(headers));
}
http::Request of_json(const std::string& target, http::Headers headers = {}) {
  headers.emplace_back("Host", "clients.eu-west-1.amazonaws.com");
  headers.emplace_back("Content-Type", "application/x-amz-json-1.1");
  headers.emplace_back("X-Amz-Target", target);
  return test_request("POST", "/", std::move(headers), "{}");
}
http::Request of_query(const std::string& action, http::Headers headers = {}) {
  headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
  return test_request("POST", "/", std::move(headers), "Action=" + action + "&Version=2026-11-30");
}

TEST_F(UnsignedOperations, OfEveryProtocolAreFoundAndTheTokenSaysWhoCalls) {
  EXPECT_EQ(asked(of_rest("GET", "/federation/credentials")).status, 200);
  EXPECT_EQ(seen().who, "ana");
  EXPECT_EQ(seen().region, "eu-west-1") << "the host names it";
  seen() = {};
  EXPECT_EQ(asked(of_json("Clients.Register")).status, 200);
  EXPECT_EQ(seen().who, "ana");
  EXPECT_EQ(seen().region, "eu-west-1");
  seen() = {};
  EXPECT_EQ(asked(of_query("AssumeByToken")).status, 200);
  EXPECT_EQ(seen().who, "ana");
  EXPECT_EQ(seen().region, "us-east-1") << "of a global service, whatever the host";
}

TEST_F(UnsignedOperations, AreTheOnlyOnesThatNeedNoSignature) {
  struct Case {
    http::Request request;
    int status;
    std::string_view says;
  };
  for (const Case& each : {Case{of_rest("GET", "/roles"), 403, "missing Authentication Token"},
                           Case{of_rest("POST", "/federation/credentials"), 403, ""},
                           Case{of_rest("POST", "/unbuilt"), 403, ""},
                           Case{of_rest("GET", "/nothing"), 403, ""},
                           Case{of_json("Clients.Secret"), 400, "MissingAuthenticationTokenException"},
                           Case{of_json("Clients.Nothing"), 400, "MissingAuthenticationTokenException"},
                           Case{of_json("Register"), 400, "MissingAuthenticationTokenException"},
                           Case{of_query("ListThings"), 403, "<Code>MissingAuthenticationToken</Code>"},
                           Case{of_query("Nothing"), 403, "<Code>MissingAuthenticationToken</Code>"}}) {
    const http::Response response = asked(each.request);
    EXPECT_EQ(response.status, each.status) << each.request.path << " " << each.request.body;
    EXPECT_NE(response.body.find(each.says), std::string::npos) << response.body;
  }
  EXPECT_EQ(seen().who, "");
  EXPECT_EQ(pipeline_->unauthenticated(), 9u);
}

TEST(RegionOfHost, IsTheLabelThatIsOne) {
  const std::set<std::string> regions{"us-east-1", "eu-west-1"};
  for (const char* host :
       {"sts.eu-west-1.amazonaws.com", "portal.sso.eu-west-1.amazonaws.com:443", "eu-west-1.signin.aws.amazon.com"})
    EXPECT_EQ(region_of_host(host, regions).value, "eu-west-1") << host;
  for (const char* host : {"", ":", "localhost:4566", "sts.amazonaws.com", "sts.mars-north-1.amazonaws.com", "[::1]:4566",
                           "eu-west-1x.a", "...", "a:eu-west-1"})
    EXPECT_EQ(region_of_host(host, regions).value, "us-east-1") << host;
}

// Who sends a credential is judged by it: a bad one is not overlooked because the operation needs none.
TEST_F(UnsignedOperations, DoNotOverlookABadCredential) {
  const std::string unknown =
      "AWS4-HMAC-SHA256 Credential=AKIAAAAAAAAAAAAAAAAA/20261130/us-east-1/tokens/aws4_request, SignedHeaders=host, Signature=0";
  for (const char* credential : {unknown.c_str(), "", "Bearer x", "Basic eDp4", "AWS AKIA:x"}) {
    EXPECT_GE(asked(of_query("AssumeByToken", {{"Authorization", credential}})).status, 400) << credential;
    EXPECT_GE(asked(of_rest("GET", "/federation/credentials", {{"Authorization", credential}})).status, 400) << credential;
  }
  EXPECT_EQ(asked(of_rest("GET", "/federation/credentials?X-Amz-Signature=0")).status, 400);
  EXPECT_EQ(seen().who, "");
}

// A scheme as those to come: a session that a browser holds says who asks, and its site which service.
class SessionCookie final : public api::Scheme {
 public:
  [[nodiscard]] bool recognises(const auth::RequestView& request) const override { return !cookie_of(request).empty(); }
  Result<void> identify(const auth::RequestView& request, const store::Reader&, api::Identified& found) const override {
    found.family = auth::Family::rest;
    found.service = &rest;
    found.region = Region("eu-west-1");
    if (cookie_of(request) != "session=good") return Error{"SessionEnded", "Sign in again.", 401};
    found.caller = whom({}, {"bo"});
    return {};
  }
  [[nodiscard]] bool ambient() const override { return true; }

 private:
  static std::string_view cookie_of(const auth::RequestView& request) {
    for (const auto& [name, value] : request.headers) {
      if (name == "Cookie") return value;
    }
    return {};
  }
};

TEST_F(UnsignedOperations, AreOneOfManyWaysToSayWhoCalls) {
  const api::Schemes cookies{std::make_shared<SessionCookie>()};
  EXPECT_EQ(asked(of_rest("GET", "/roles", {{"Cookie", "session=good"}}), cookies).status, 200);
  EXPECT_EQ(seen().who, "bo");
  EXPECT_EQ(seen().region, "eu-west-1");
  seen() = {};
  const http::Response ended = asked(of_rest("GET", "/roles", {{"Cookie", "session=old"}}), cookies);
  EXPECT_EQ(ended.status, 401);
  EXPECT_EQ(http::find_header(ended.headers, "x-amzn-errortype"), "SessionEnded") << "in the protocol of the service";
  EXPECT_EQ(asked(of_rest("GET", "/roles"), cookies).status, 403) << "no scheme of the site recognises it";
  EXPECT_EQ(asked(of_rest("GET", "/roles", {{"Cookie", "session=good"}})).status, 403) << "the API takes no cookie";
  EXPECT_EQ(seen().who, "");
}

}  // namespace
}  // namespace haar::web
