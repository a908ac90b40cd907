// Which site a request is for, with sites that stand for those to come.
#include "web/router.h"

#include <gtest/gtest.h>

#include "web/test_exchange.h"

namespace haar::web {
namespace {

constexpr std::string_view signed_header =
    "AWS4-HMAC-SHA256 Credential=AKIA/20261130/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0";

// A credential as those to come: named by how a field begins; a browser sends a cookie by itself.
class FieldScheme final : public api::Scheme {
 public:
  FieldScheme(std::string field, std::string begins, bool ambient)
      : field_(std::move(field)), begins_(std::move(begins)), ambient_(ambient) {}
  [[nodiscard]] bool recognises(const auth::RequestView& request) const override {
    for (const auto& [name, value] : request.headers) {
      if (http::equal_ignoring_case(name, field_) && value.starts_with(begins_)) return true;
    }
    return false;
  }
  Result<void> identify(const auth::RequestView&, const store::Reader&, api::Identified& found) const override {
    auto caller = std::make_shared<api::Caller>();
    caller->name = "ana";
    found.caller = std::move(caller);
    return {};
  }
  [[nodiscard]] bool ambient() const override { return ambient_; }

 private:
  std::string field_, begins_;
  bool ambient_;
};

api::Schemes cookie() { return {std::make_shared<FieldScheme>("cookie", "haar-session=", true)}; }
api::Schemes bearer() { return {std::make_shared<FieldScheme>("authorization", "Bearer ", false)}; }

// Answers with the names of site and route.
void echo(const Site& site, const Route& route, http::Request&&, const http::Respond& respond) {
  http::Response response;
  response.body = std::string(site.name) + (route.what.empty() ? "" : ":" + std::string(route.what));
  respond(std::move(response));
}

const Site api_site{.name = "api", .body_bytes_max = request_body_bytes_max, .handle = echo};

// One row a site, as in sites.cc.
std::vector<Site> test_sites() {
  return {
      {.name = "console", .hosts = {"haar.localhost"}, .routes = {{"", "/", "page"}, {"POST", "/api/", "call"}},
       .schemes = cookie(), .handle = echo},
      {.name = "health", .routes = {{"", "/health"}}, .heeds_no_credential = true, .handle = echo},
      {.name = "documents", .routes = {{"", "/docs/"}, {"GET", "/docs/deeper/", "deeper"}}, .handle = echo},
      {.name = "scim", .routes = {{"", "/*/scim/v2/"}}, .schemes = bearer(), .body_bytes_max = 10, .handle = echo},
  };
}

class RouterTest : public ::testing::Test {
 protected:
  // "site:route", or the status if it is not 200.
  std::string asked(http::Request request) {
    const auto handle = [&](http::Request&& r, http::Respond respond) { router_.handle(std::move(r), std::move(respond)); };
    const http::Response response = ask(handle, std::move(request));
    return response.status == 200 ? response.body : std::to_string(response.status);
  }
  std::string asked(const std::string& method, const std::string& path, const http::Headers& headers = {}) {
    return asked(test_request(method, path, headers));
  }

  const Router router_{api_site, test_sites()};
};

TEST_F(RouterTest, GivesTheApiWhatNoSiteClaims) {
  for (const char* path : {"/", "/docs", "/docsx", "/health/", "/healthy", "/v1/functions", "*", "//health", "/scim/v2/Users"}) {
    EXPECT_EQ(asked("POST", path), "api") << path;
    EXPECT_EQ(asked("GET", path), "api") << path;
  }
}

TEST_F(RouterTest, FindsSitesByTheLongestPathAndTheMethod) {
  EXPECT_EQ(asked("GET", "/health"), "health");
  EXPECT_EQ(asked("PUT", "/docs/"), "documents");
  EXPECT_EQ(asked("GET", "/docs/deeper/x"), "documents:deeper");
  EXPECT_EQ(asked("HEAD", "/docs/deeper/x"), "documents");
  EXPECT_EQ(asked("GET", "/d-1/scim/v2/Users"), "scim");
  EXPECT_EQ(asked("GET", "/d-1/x/scim/v2/Users"), "api");
  EXPECT_EQ(asked("GET", "//scim/v2/Users"), "api");
}

TEST_F(RouterTest, GivesTheApiEveryRequestThatIsSigned) {
  const http::Headers with_signature{{"Authorization", std::string(signed_header)}};
  EXPECT_EQ(asked("GET", "/docs/a", with_signature), "api");
  EXPECT_EQ(asked("GET", "/d-1/scim/v2/Users", with_signature), "api");
  EXPECT_EQ(asked("GET", "/docs/a?X-Amz-Signature=0"), "api");
  EXPECT_EQ(asked("GET", "/health", with_signature), "health") << "it heeds no credential";
}

TEST_F(RouterTest, GivesASiteTheCredentialsThatItTakes) {
  const http::Headers token{{"Authorization", "Bearer x"}};
  EXPECT_EQ(asked("GET", "/d-1/scim/v2/Users", token), "scim");
  EXPECT_EQ(asked("GET", "/docs/a", token), "api") << "which refuses it";
  EXPECT_EQ(asked("GET", "/d-1/scim/v2/Users", {{"Authorization", "Basic x"}}), "api");
}

TEST_F(RouterTest, KeepsASiteWithACookieToItsOwnHost) {
  for (const char* host : {"haar.localhost", "haar.localhost:4566", "HAAR.localhost:4566"}) {
    EXPECT_EQ(asked("GET", "/", {{"Host", host}}), "console:page") << host;
    EXPECT_EQ(asked("GET", "/docs/a", {{"Host", host}}), "console:page") << "no other site is there";
    EXPECT_EQ(asked("GET", "/", {{"Host", host}, {"Authorization", std::string(signed_header)}}), "console:page");
  }
  // A name of somebody's own that leads here, and other names of this machine.
  for (const char* host : {"rebound.evil.example:4566", "localhost:4566", "127.0.0.1:4566", "haar.localhost.evil.example", ""})
    EXPECT_EQ(asked("GET", "/api/x", {{"Host", host}, {"Cookie", "haar-session=1"}}), "api") << host;
}

TEST_F(RouterTest, HasNothingElseOnASitesOwnHost) {
  const Router only_pages(
      api_site, {{.name = "pages", .hosts = {"haar.localhost"}, .routes = {{"GET", "/page"}}, .handle = echo}});
  EXPECT_EQ(only_pages.choose(test_request("POST", "/", {{"Host", "haar.localhost"}})).site, nullptr);
  EXPECT_EQ(only_pages.choose(test_request("GET", "/page", {{"Host", "localhost"}})).site->name, "api");
}

TEST_F(RouterTest, RefusesChangesFromOtherOrigins) {
  const auto from = [&](const std::string& method, const std::string& origin) {
    http::Headers headers{{"Host", "haar.localhost:4566"}, {"Cookie", "haar-session=1"}};
    if (!origin.empty()) headers.emplace_back("Origin", origin);
    return asked(method, "/api/x", headers);
  };
  EXPECT_EQ(from("POST", "http://haar.localhost:4566"), "console:call");
  for (const char* origin : {"", "null", "http://localhost:3000", "http://evil.example", "https://haar.localhost:4566",
                             "http://haar.localhost", "http://other.haar.localhost:4566"}) {
    EXPECT_EQ(from("POST", origin), "403") << origin;
    EXPECT_EQ(from("PUT", origin), "403") << origin;
    EXPECT_EQ(from("GET", origin), "console:page") << "it changes nothing, and no other origin can read the answer";
  }
}

TEST_F(RouterTest, BoundsTheBodyOfEachSite) {
  EXPECT_EQ(asked(test_request("POST", "/d-1/scim/v2/Users", {}, std::string(10, 'a'))), "scim");
  EXPECT_EQ(asked(test_request("POST", "/d-1/scim/v2/Users", {}, std::string(11, 'a'))), "413");
  EXPECT_EQ(asked(test_request("GET", "/health", {}, std::string(ignored_body_bytes_max + 1, 'a'))), "413");
  EXPECT_EQ(asked(test_request("POST", "/", {}, std::string(request_body_bytes_max, 'a'))), "api");
}

using RouterDeathTest = RouterTest;
TEST_F(RouterDeathTest, TakesNoCookieWithoutAHost) {
  const auto make = [] { Router(api_site, {{.name = "careless", .routes = {{"", "/x"}}, .schemes = cookie(), .handle = echo}}); };
  EXPECT_DEATH(make(), "ambient");
}

}  // namespace
}  // namespace haar::web
