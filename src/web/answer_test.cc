#include "web/answer.h"

#include <gtest/gtest.h>

#include "web/embedded_file.h"
#include "web/test_exchange.h"

namespace haar::web {
namespace {

const Site cached{.name = "cached", .cache_control = "public, max-age=300"};

http::Response answered(const http::Headers& headers, const Document& document, const Site& site = cached) {
  const auto handle = [&](const http::Request& request, const http::Respond& respond) {
    answer_document(site, request, respond, document);
  };
  return ask(handle, test_request("GET", "/page", headers));
}

std::string field(const http::Response& response, std::string_view name) {
  return std::string(http::find_header(response.headers, name));
}

const Document page{.content_type = "text/plain", .plain = "plain text", .gzip = "zipped", .brotli = "br", .etag = "tag"};

TEST(Answer, IsInTheCodingThatTheClientPrefers) {
  struct Case {
    std::string accepts, body, coding, etag;
  };
  for (const auto& [accepts, body, coding, etag] : {Case{"gzip", "zipped", "gzip", "\"tag-gzip\""},
                                                    {"gzip, br", "br", "br", "\"tag-br\""},
                                                    {"identity", "plain text", "", "\"tag\""}}) {
    const http::Response response = answered({{"Accept-Encoding", accepts}}, page);
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, body);
    EXPECT_EQ(field(response, "content-encoding"), coding);
    EXPECT_EQ(field(response, "etag"), etag);
    EXPECT_EQ(field(response, "vary"), "Accept-Encoding");
    EXPECT_EQ(field(response, "cache-control"), "public, max-age=300");
    EXPECT_EQ(field(response, "content-type"), "text/plain");
    EXPECT_EQ(field(response, "x-content-type-options"), "nosniff");
  }
}

TEST(Answer, IsNotSentAgainToWhoHasIt) {
  const http::Response same = answered({{"If-None-Match", "\"other\", W/\"tag-br\""}, {"Accept-Encoding", "br"}}, page);
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(same.body, "");
  EXPECT_EQ(field(same, "etag"), "\"tag-br\"");
  EXPECT_EQ(field(same, "vary"), "Accept-Encoding");
  EXPECT_EQ(field(same, "cache-control"), "public, max-age=300");
  EXPECT_EQ(field(same, "content-type"), "");
  EXPECT_EQ(answered({{"If-None-Match", "\"tag-br\""}}, page).status, 200) << "that is the tag of another coding";
  EXPECT_EQ(answered({{"If-None-Match", "*"}}, {.content_type = "a/b", .plain = "x"}).status, 200) << "a document without a tag";
}

TEST(Answer, SaysNothingOfCodingsWhereThereAreNone) {
  const Document uncoded{.content_type = "a/b", .plain = "x", .etag = "t"};
  const http::Response response = answered({{"Accept-Encoding", "gzip"}}, uncoded, Site{});
  EXPECT_EQ(response.body, "x");
  EXPECT_EQ(field(response, "vary"), "");
  EXPECT_EQ(field(response, "cache-control"), "");
}

TEST(Answer, OfWhatCanOnlyBeReadIs405) {
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "get"}) {
    const http::Response response = ask(
        [&](const http::Request& request, const http::Respond& respond) { EXPECT_FALSE(only_reads(request, respond)); },
        test_request(method, "/page"));
    EXPECT_EQ(response.status, 405) << method;
    EXPECT_EQ(field(response, "allow"), "GET, HEAD");
    EXPECT_EQ(response.body, R"({"error":"use GET"})");
  }
}

// Made at build time by codegen/embed.py.
TEST(Answer, EmbeddedPagesAreCodedAhead) {
  ASSERT_FALSE(pages().empty());
  for (const EmbeddedFile& file : pages()) {
    EXPECT_TRUE(file.path.starts_with("/_haar/")) << file.path;
    EXPECT_EQ(file.etag.size(), 32u);
    EXPECT_GT(file.plain.size(), file.gzip.size());
    EXPECT_GT(file.gzip.size(), file.brotli.size());
    EXPECT_FALSE(file.brotli.empty());
    EXPECT_TRUE(file.gzip.starts_with("\x1f\x8b\x08"));
  }
}

}  // namespace
}  // namespace haar::web
