#include "http/message.h"

#include <gtest/gtest.h>

namespace haar::http {
namespace {

TEST(Target, OriginFormIsSplitAtTheFirstQuestionMark) {
  std::string path, query;
  std::string_view authority;
  ASSERT_TRUE(split_target("/a%2Fb?x=1?y", path, query, authority));
  EXPECT_EQ(path, "/a%2Fb");
  EXPECT_EQ(query, "x=1?y");
  EXPECT_EQ(authority, "");
}

TEST(Target, AbsoluteFormLosesSchemeAndAuthority) {
  std::string path, query;
  std::string_view authority;
  ASSERT_TRUE(split_target("HTTP://host:1/p?q", path, query, authority));
  EXPECT_EQ(path, "/p");
  EXPECT_EQ(query, "q");
  EXPECT_EQ(authority, "host:1");
  ASSERT_TRUE(split_target("http://host?q=/x", path, query, authority));
  EXPECT_EQ(path, "/");
  EXPECT_EQ(query, "q=/x");
}

TEST(Target, OtherFormsAreRefused) {
  std::string path, query;
  std::string_view authority;
  for (const char* target : {"", "host:443", "ftp://host/", "http:///", "path", "/a#b", "://x/", "http://user@host/",
                             "http://user:secret@host"}) {
    EXPECT_FALSE(split_target(target, path, query, authority)) << target;
  }
}

TEST(Head, AddsDateLengthAndConnectionOnceOnly) {
  std::string out;
  const Response response{
      .status = 200,
      .headers = {{"content-length", "99"}, {"DATE", "x"}, {"Connection", "x"}, {"A", "b"}},
      .body = "four",
      .close = false};
  EXPECT_TRUE(append_head(out, response, {}));
  EXPECT_NE(out.find("\r\nContent-Length: 4\r\n"), out.npos);
  EXPECT_NE(out.find(" GMT\r\n"), out.npos);
  EXPECT_NE(out.find("\r\nA: b\r\n"), out.npos);
  EXPECT_EQ(out.find("99"), out.npos);
  EXPECT_EQ(out.find(": x"), out.npos);
  EXPECT_EQ(out.find("Server"), out.npos);
}

TEST(Head, LineBreaksInValuesCannotMakeFields) {
  std::string out;
  append_head(out, Response{.status = 200, .headers = {{"A", "b\r\nEvil: 1"}, {"C\r\nD", "e"}}, .body = {}},
              {});
  EXPECT_EQ(out.find("\r\nEvil"), out.npos);
  EXPECT_EQ(out.find("\r\nD:"), out.npos);
}

TEST(Head, NoContentHasNeitherLengthNorBody) {
  std::string out;
  EXPECT_FALSE(append_head(out, Response{.status = 204, .headers = {}, .body = "x"}, {}));
  EXPECT_EQ(out.find("Content-Length"), out.npos);
}

TEST(Head, HeadRequestsGetTheLengthWithoutTheBody) {
  std::string out;
  EXPECT_FALSE(
      append_head(out, Response{.status = 200, .headers = {}, .body = "four"}, {.head_request = true}));
  EXPECT_NE(out.find("Content-Length: 4"), out.npos);
}

TEST(Header, IsFoundWithoutCaseAndTheFirstWins) {
  Request request;
  request.headers = {{"X-Amz-Date", "1"}, {"x-amz-date", "2"}};
  EXPECT_EQ(request.header("X-AMZ-DATE"), "1");
  EXPECT_EQ(request.header("other"), "");
}

}  // namespace
}  // namespace haar::http
