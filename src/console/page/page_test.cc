#include "console/page/page.h"

#include <gtest/gtest.h>

#include "console/page/assets.h"
#include "web/test_exchange.h"

namespace haar::console {
namespace {

using web::test_request;

Visit a_visit() {
  static const auth::Keyring keyring = auth::Keyring::ephemeral();
  return Visit::of(test_request("GET", "/signin"), keyring, system_random());
}

TEST(Page, IsKeptOurs) {
  Page page{.title = "Sign in"};
  page.body += form(a_visit(), "/signin", field({.name = "email", .label = "Email"}), submit("Next"));
  const http::Response sent = answer(page, a_visit());
  const std::string_view policy = http::find_header(sent.headers, "content-security-policy");
  EXPECT_EQ(policy.find("unsafe"), std::string_view::npos);
  for (const char* part : {"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"})
    EXPECT_NE(policy.find(part), std::string_view::npos) << part;
  EXPECT_EQ(http::find_header(sent.headers, "x-frame-options"), "DENY");
  EXPECT_EQ(http::find_header(sent.headers, "cache-control"), "no-store");
  // What the policy refuses does not stand in the page.
  for (const char* inline_part : {"<style", "style=", " onclick", "<script>"})
    EXPECT_EQ(sent.body.find(inline_part), std::string::npos) << inline_part;
  for (const char* elsewhere : {"http://", "https://"}) EXPECT_EQ(sent.body.find(elsewhere), std::string::npos);
}

TEST(Page, EveryFieldHasALabelOfItsOwn) {
  const std::string markup = field({.name = "code", .label = "MFA code", .hint = "Six digits"}).markup();
  EXPECT_NE(markup.find("<label for=\"f-code\">"), std::string::npos);
  EXPECT_NE(markup.find("id=\"f-code\""), std::string::npos);
  EXPECT_NE(markup.find("aria-describedby=\"f-code-hint\""), std::string::npos);
}

TEST(PageAssets, AreFilesWithTagsThatAskForNothingElse) {
  const web::Site site = page_assets({"haar.localhost"});
  const auto get = [&](const http::Headers& headers) {
    return web::ask([&](http::Request&& request, http::Respond respond) {
      site.handle(site, site.routes.front(), std::move(request), std::move(respond));
    }, test_request("GET", "/assets/page.css", headers));
  };
  ASSERT_EQ(site.routes.front().path, "/assets/page.css");
  const http::Response sent = get({});
  EXPECT_EQ(sent.status, 200);
  EXPECT_EQ(sent.body.find("url("), std::string::npos);
  EXPECT_EQ(sent.body.find("@import"), std::string::npos);
  const std::string tag(http::find_header(sent.headers, "etag"));
  EXPECT_EQ(get({{"If-None-Match", tag}}).status, 304);
}

}  // namespace
}  // namespace haar::console
