#include "console/page/form.h"

#include <gtest/gtest.h>

#include "web/test_exchange.h"

namespace haar::console {
namespace {

using web::test_request;

const auth::Keyring& keyring() {
  static const auth::Keyring ring = auth::Keyring::ephemeral();
  return ring;
}

http::Request post(const std::string& cookie, const std::string& body) {
  return test_request("POST", "/signin", {{"Cookie", cookie}, {"Content-Type", "application/x-www-form-urlencoded"}}, body);
}

TEST(Fields, AreDecoded) {
  const Fields fields = Fields::read("a=1&b=x+y%26z&c").value();
  EXPECT_EQ(fields["a"], "1");
  EXPECT_EQ(fields["b"], "x y&z");
  EXPECT_TRUE(fields.has("c"));
  EXPECT_FALSE(fields.has("d"));
  EXPECT_EQ(fields["d"], "");
}

TEST(Fields, WhatIsAmbiguousOrBrokenIsRefused) {
  for (const char* bad : {"a=1&a=2", "a=%4", "a=%ff"}) EXPECT_FALSE(Fields::read(bad).ok()) << bad;
  std::string many;
  for (std::size_t i = 0; i <= form_fields_max; ++i) many += "f" + std::to_string(i) + "=1&";
  EXPECT_FALSE(Fields::read(many).ok());
}

TEST(Visit, AFormIsTakenFromTheBrowserAloneThatItWasShownTo) {
  const Visit one = Visit::of(test_request("GET", "/signin"), keyring(), system_random());
  ASSERT_TRUE(one.set_cookie());
  const std::string cookie = "haar_visit=" + one.cookie();
  const http::Request sent = post(cookie, "csrf=" + one.secret() + "&email=a");
  const Visit again = Visit::of(sent, keyring(), system_random());
  EXPECT_FALSE(again.set_cookie());
  EXPECT_EQ(read_form(sent, again).value()["email"], "a");

  const Visit other = Visit::of(test_request("GET", "/signin"), keyring(), system_random());
  EXPECT_EQ(read_form(sent, other).error().code, "ForeignForm");
  // A session that began since makes old forms void.
  const http::Request signed_in = post(cookie + "; haar_session=x", sent.body);
  EXPECT_EQ(read_form(signed_in, Visit::of(signed_in, keyring(), system_random())).error().code, "ForeignForm");
  // A second cookie of the name: nothing says which is ours.
  const http::Request twice = post(cookie + "; " + cookie, sent.body);
  EXPECT_EQ(read_form(twice, Visit::of(twice, keyring(), system_random())).error().code, "ForeignForm");
}

TEST(OwnPath, LeadsToThisHostOnly) {
  EXPECT_EQ(own_path("/console/iam/users?x=1#y", "/"), "/console/iam/users?x=1#y");
  for (const char* bad : {"", "console", "//evil.example", "/\\evil.example", "https://evil.example", "/a\\b", "/a b", "/a\r\nb",
                          "javascript:x", "/\tevil", "\\\\evil"})
    EXPECT_EQ(own_path(bad, "/console/"), "/console/") << bad;
  EXPECT_EQ(own_path("/" + std::string(2000, 'a'), "/console/"), "/console/");
}

}  // namespace
}  // namespace haar::console
