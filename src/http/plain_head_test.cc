#include "http/plain_head.h"

#include <gtest/gtest.h>

#include <random>

#include "http/request_parser.h"

namespace haar::http {
namespace {

constexpr std::string_view plain_head =
    "POST /a/b?c=d HTTP/1.1\r\nHost: localhost:4566\r\nContent-Type:  text/plain \r\nX-Empty:\r\nContent-Length: 12\r\n"
    "Connection: keep-alive\r\n\r\n";

// Whether it is plain; and if so, that the full parser reads it alike.
bool reads_alike(const std::string& head) {
  const Options options;
  Request plain, full;
  const std::optional<PlainHead> read = read_plain_head(head, plain, options);
  if (!read) return false;
  FullParser parser(full, options);
  error_code ec;
  parser.put(boost::asio::const_buffer(head.data(), head.size()), ec);
  EXPECT_FALSE(ec) << head << ec.message();
  EXPECT_FALSE(has_folded_line(head)) << head;
  EXPECT_TRUE(parser.is_header_done()) << head;
  EXPECT_FALSE(parser.chunked()) << head;
  EXPECT_FALSE(parser.expects_continue) << head;
  EXPECT_EQ(plain.method, full.method) << head;
  EXPECT_EQ(plain.target, full.target) << head;
  EXPECT_EQ(plain.path, full.path) << head;
  EXPECT_EQ(plain.query, full.query) << head;
  EXPECT_EQ(plain.headers, full.headers) << head;
  EXPECT_EQ(read->keep_alive, parser.keep_alive()) << head;
  EXPECT_EQ(read->content_length, parser.content_length().value_or(0)) << head;
  return true;
}

TEST(PlainHead, IsReadAsTheFullParserReadsIt) {
  EXPECT_TRUE(reads_alike(std::string(plain_head)));
  EXPECT_TRUE(reads_alike("GET / HTTP/1.1\r\nhost:x\r\nconnection: Close\r\n\r\n"));
  EXPECT_TRUE(reads_alike("DELETE /%41 HTTP/1.1\r\nA: \xc3\xa4\r\nHost: y\r\n\r\n"));
}

TEST(PlainHead, WhatIsNotPlainIsLeftToTheFullParser) {
  const std::string begin = "GET / HTTP/1.1\r\nHost: x\r\n";
  for (const std::string_view field :
       {"Transfer-Encoding: chunked", "Expect: 100-continue", "Upgrade: h2c", "Content-Encoding: gzip", "Connection: upgrade",
        "Proxy-Connection: close", "Host: y", "Content-Length: +1", "Content-Length: 1, 1", "Content-Length:",
        "Content-Length: 99999999999", " folded", "no colon", "A b: c", ": d", "A: \x01", "A: b\tc", "A: b\nC: d"})
    EXPECT_FALSE(reads_alike(begin + std::string(field) + "\r\n\r\n")) << field;
  EXPECT_FALSE(reads_alike(begin + "Content-Length: 1\r\nContent-Length: 1\r\n\r\n"));
  EXPECT_FALSE(reads_alike(begin + "Connection: close\r\nConnection: close\r\n\r\n"));
  EXPECT_FALSE(reads_alike(begin + "\n\r\n"));
  EXPECT_FALSE(reads_alike(begin + "\r\nA: b\r\n\r\n")) << "the head ends at its first empty line";
  EXPECT_FALSE(reads_alike("GET / HTTP/1.1\r\n\r\n")) << "no Host";
  for (const std::string_view line : {"GET / HTTP/1.0", "GET  / HTTP/1.1", "GET http://y/ HTTP/1.1", "GET * HTTP/1.1",
                                      "GET /#a HTTP/1.1", "GET / b HTTP/1.1", "G(T / HTTP/1.1", " / HTTP/1.1", "GET /"})
    EXPECT_FALSE(reads_alike(std::string(line) + "\r\nHost: x\r\n\r\n")) << line;
  std::string many = begin;
  for (std::size_t i = 1; i <= Options{}.max_headers; ++i) many += "A: b\r\n";
  EXPECT_FALSE(reads_alike(many + "\r\n"));
}

// A head that two readers understand in two ways is how requests are smuggled: whatever is taken as plain must be read
// alike by both.
TEST(PlainHead, MutatedHeadsAreReadAlikeOrLeftAlone) {
  std::mt19937 random(20261130);
  constexpr std::string_view bytes(" \t\r\n:;,/?#%\0\x01\x7f\x80\xff" "0159aAzZ\"(", 27);
  constexpr std::array<std::string_view, 8> pieces{"\r\n", "\r\n ", "Content-Length: 7\r\n", "Transfer-Encoding: chunked\r\n",
                                                   "Connection: ", "Host: z\r\n", " HTTP/1.1", "Expect: 100-continue\r\n"};
  std::size_t plain = 0;
  for (int round = 0; round < 60'000; ++round) {
    std::string head(plain_head);
    for (unsigned change = random() % 3 + 1; change > 0; --change) {
      const std::size_t at = random() % head.size();
      switch (random() % 4) {
        case 0: head[at] = bytes[random() % bytes.size()]; break;
        case 1: head.insert(at, 1, bytes[random() % bytes.size()]); break;
        case 2: head.erase(at, random() % 3 + 1); break;
        default: head.insert(at, pieces[random() % pieces.size()]); break;
      }
    }
    // As the connection cuts it: up to the first empty line.
    const std::size_t end = head.find("\r\n\r\n");
    if (end == head.npos) continue;
    plain += reads_alike(head.substr(0, end + 4));
  }
  EXPECT_GT(plain, 5'000U);
}

}  // namespace
}  // namespace haar::http
