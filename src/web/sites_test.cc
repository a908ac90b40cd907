// The table of sites as haar serves it: what paths answer without a credential, and that a credential leads to the API.
#include "web/sites.h"

#include <gtest/gtest.h>

#include "events/log.h"
#include "store/memory_backend.h"
#include "web/router.h"
#include "web/test_exchange.h"
#include "web/test_identities.h"

namespace haar::web {
namespace {

class OneDocument final : public api::PublicDocuments {
 public:
  [[nodiscard]] std::optional<std::string> find(const store::Reader&, std::string_view path) const override {
    if (path != "/_haar/tokens/1/.well-known/jwks.json") return {};
    return R"({"keys":[]})";
  }
};

class SitesTest : public ::testing::Test {
 protected:
  ~SitesTest() override { db_->stop(); }
  http::Response asked(http::Request request) {
    const auto handle = [&](http::Request&& r, http::Respond respond) { router_.handle(std::move(r), std::move(respond)); };
    return ask(handle, std::move(request));
  }
  http::Response asked(const std::string& method, const std::string& path, const http::Headers& headers = {}) {
    return asked(test_request(method, path, headers));
  }
  // What is said of a place that is kept: "sso: Logout". Empty: the request is the API's.
  std::string place(const std::string& method, const std::string& path, const http::Headers& headers = {}) {
    const http::Response response = asked(method, path, headers);
    const std::size_t end = response.body.find(" is not implemented by haar.");
    if (response.status != 501 || end == std::string::npos) {
      EXPECT_TRUE(response.status == 403 || response.status == 400) << method << " " << path << ": " << response.body;
      return "";
    }
    const std::size_t start = response.body.find_last_of("\">", end) + 1;
    return response.body.substr(start, end - start);
  }

  SystemClock clock_;
  auth::Keyring keyring_ = auth::Keyring::ephemeral();
  api::Registry rows_;
  NoIdentities identities_;
  api::Environment env_{clock_, system_random(), keyring_, identities_, rows_};
  std::unique_ptr<store::Db> db_ = store::Db::open(store::make_memory_backend(), events::log_spaces()).value();
  events::Log log_{*db_, clock_};
  api::Pipeline pipeline_{env_, *db_, log_};
  OneDocument documents_;
  const Parts parts_{env_, pipeline_, *db_, documents_, {"us-east-1"}};
  const Router router_{aws_api(parts_), sites(parts_)};
};

TEST_F(SitesTest, HealthAnswersWhoeverAsks) {
  for (const char* host : {"localhost", "rebound.evil.example", "127.0.0.1:4566"}) {
    const http::Response response = asked("GET", "/_haar/health", {{"Host", host}, {"Authorization", "AWS4-HMAC-SHA256 x"}});
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, R"({"status":"ok"})");
    EXPECT_EQ(http::find_header(response.headers, "cache-control"), "no-store");
  }
  EXPECT_EQ(asked("POST", "/_haar/health").status, 405);
}

TEST_F(SitesTest, DocumentsAreReadWithoutACredential) {
  const http::Response keys = asked("GET", "/_haar/tokens/1/.well-known/jwks.json");
  EXPECT_EQ(keys.status, 200);
  EXPECT_EQ(keys.body, R"({"keys":[]})");
  EXPECT_EQ(http::find_header(keys.headers, "cache-control"), "public, max-age=300");
  const std::string tag(http::find_header(keys.headers, "etag"));
  EXPECT_EQ(tag.size(), 34u);
  EXPECT_EQ(asked("GET", "/_haar/tokens/1/.well-known/jwks.json", {{"If-None-Match", tag}}).status, 304);
  EXPECT_EQ(asked("GET", "/_haar/tokens/2/.well-known/jwks.json").status, 404);
  EXPECT_EQ(asked("PUT", "/_haar/tokens/1/.well-known/jwks.json").status, 405);
  EXPECT_EQ(asked("GET", "/_haar/tokens/1/.well-known/jwks.json", {{"Authorization", "Basic x"}}).status, 403);
  const http::Response page = asked("GET", "/_haar/compatibility");
  EXPECT_EQ(page.status, 200);
  EXPECT_TRUE(page.body.starts_with("# ")) << page.body.substr(0, 100);
  EXPECT_EQ(asked("GET", "/_haar/compatibility/").status, 403);
}

// Routes that AWS serves unsigned: nothing else takes their place, and what is not built says so by its name.
TEST_F(SitesTest, PlacesAreKeptForWhatIsToCome) {
  EXPECT_EQ(place("POST", "/token"), "sso-oidc: CreateToken");
  EXPECT_EQ(place("PUT", "/latest/api/token"), "instance metadata");
  EXPECT_EQ(place("PATCH", "/0ae2f9/scim/v2/Users"), "SCIM");
  EXPECT_EQ(place("GET", "/saml/metadata"), "SAML metadata");
  EXPECT_EQ(place("POST", "/billing/signup"), "sign-up");
  EXPECT_EQ(place("HEAD", "/start"), "access portal");
  for (const char* path : {"/", "/tokens", "/latest", "/federation/other", "/scim/v2/Users"})
    EXPECT_EQ(place("POST", path), "") << path;
  EXPECT_EQ(place("DELETE", "/token"), "");
  EXPECT_EQ(place("POST", "/token", {{"Authorization", "Bearer x"}}), "");
  EXPECT_EQ(place("POST", "/token?X-Amz-Signature=0"), "");
}

TEST_F(SitesTest, NoSiteThatIsBuiltTakesWhatABrowserSendsByItself) {
  EXPECT_FALSE(aws_api(parts_).ambient());
  for (const Site& site : sites(parts_)) {
    EXPECT_FALSE(site.ambient()) << site.name << ": give it hosts, then say so here";
    EXPECT_FALSE(site.routes.empty()) << site.name;
    EXPECT_TRUE(site.handle) << site.name;
  }
}

}  // namespace
}  // namespace haar::web
