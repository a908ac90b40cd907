#include "console/app/app.h"

#include <gtest/gtest.h>

#include <string>

#include "web/router.h"
#include "web/test_exchange.h"

namespace haar::console {
namespace {

class AppTest : public ::testing::Test {
 protected:
  http::Response get(const std::string& path, http::Headers headers = {}) {
    headers.emplace_back("Host", "haar.localhost");
    return web::ask([&](http::Request&& r, http::Respond respond) { router_.handle(std::move(r), std::move(respond)); },
                    web::test_request("GET", path, std::move(headers)));
  }
  static std::string header(const http::Response& response, std::string_view name) {
    return std::string(http::find_header(response.headers, name));
  }
  // Of the file whose path has this beginning.
  static std::string asset() {
    for (const web::EmbeddedFile& file : web::app_files())
      if (file.path.starts_with("/console/assets/")) return std::string(file.path);
    return {};
  }

  const web::Router router_{{.name = "api"}, app_sites({"haar.localhost"})};
};

TEST_F(AppTest, ThePageIsAtEveryPathOfIts) {
  const std::string page = get("/console/").body;
  EXPECT_NE(page.find("<!doctype html>"), std::string::npos);
  for (const char* path : {"/console/iam/users", "/console/iam/users/a.b", "/console/x/y/z"})
    EXPECT_EQ(get(path).body, page) << path;
  EXPECT_EQ(get("/console").status, 303);
  EXPECT_EQ(header(get("/console"), "location"), "/console/");
  EXPECT_EQ(get("/console/api/iam/ListUsers").status, 404) << "no page is where operations are asked";
}

TEST_F(AppTest, ThePageIsStrictAboutWhatItLoads) {
  const http::Response page = get("/console/");
  const std::string policy = header(page, "content-security-policy");
  EXPECT_NE(policy.find("default-src 'none'"), std::string::npos) << policy;
  EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string::npos) << policy;
  EXPECT_EQ(policy.find("unsafe"), std::string::npos) << policy;
  EXPECT_EQ(header(page, "x-content-type-options"), "nosniff");
  EXPECT_EQ(std::ranges::count_if(page.headers, [](const auto& field) { return field.first == "Cache-Control"; }), 1);
}

TEST_F(AppTest, IsAskedForAgainWhileItsFilesAreKept) {
  const http::Response page = get("/console/");
  EXPECT_EQ(header(page, "cache-control"), "no-cache");
  EXPECT_EQ(get("/console/iam", {{"If-None-Match", header(page, "etag")}}).status, 304);
  if (asset().empty()) GTEST_SKIP() << "the console was not built";
  EXPECT_EQ(header(get(asset()), "cache-control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(get("/console/assets/none.js").status, 404);
}

TEST_F(AppTest, UnderAnotherNameLeadsToTheConsolesOwn) {
  const auto at = [&](const std::string& host, const std::string& path, const std::string& query = "") {
    http::Request request = web::test_request("GET", path, {{"Host", host}});
    request.query = query;
    const http::Response response = web::ask(
        [&](http::Request&& r, http::Respond respond) { router_.handle(std::move(r), std::move(respond)); }, std::move(request));
    return std::to_string(response.status) + " " + header(response, "location");
  };
  EXPECT_EQ(at("localhost:4566", "/console"), "303 http://haar.localhost:4566/console");
  EXPECT_EQ(at("127.0.0.1:4566", "/console/iam/users", "region=eu-west-1"),
            "303 http://haar.localhost:4566/console/iam/users?region=eu-west-1");
  EXPECT_EQ(at("evil.example", "/console/"), "303 http://haar.localhost/console/") << "nowhere but here";
}

TEST_F(AppTest, AnswersInTheCodingThatIsAskedFor) {
  const http::Response brotli = get("/console/", {{"Accept-Encoding", "gzip, br"}});
  EXPECT_EQ(header(brotli, "content-encoding"), "br");
  EXPECT_LT(brotli.body.size(), get("/console/").body.size());
  EXPECT_EQ(header(brotli, "vary"), "Accept-Encoding");
}

}  // namespace
}  // namespace haar::console
