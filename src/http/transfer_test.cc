#include "http/transfer.h"

#include <gtest/gtest.h>

#include <sys/socket.h>

#include "base/thread.h"
#include "http/listen.h"
#include "http/raw_client.h"
#include "http/server.h"

namespace haar::http {
namespace {

std::string url_of(std::uint16_t port) { return "http://127.0.0.1:" + std::to_string(port) + "/"; }

Request post(std::string body) {
  Request request;
  request.method = "POST";
  request.headers = {{"Content-Type", "text/plain"}};
  request.body = std::move(body);
  return request;
}

// Accepts one connection, reads until the empty line, sends these bytes and closes.
class OneAnswer {
 public:
  explicit OneAnswer(std::string bytes) : listener_(std::move(listen_on("127.0.0.1", 0, false)).value()) {
    thread_ = Thread("one-answer", [this, bytes = std::move(bytes)] {
      int fd = -1;
      while (fd < 0) fd = ::accept4(listener_.fd.get(), nullptr, nullptr, SOCK_CLOEXEC);
      const Fd client(fd);
      std::string seen;
      char some[4096];
      while (seen.find("\r\n\r\n") == seen.npos) {
        const ssize_t got = ::recv(client.get(), some, sizeof some, 0);
        if (got <= 0) return;
        seen.append(some, static_cast<std::size_t>(got));
      }
      ::send(client.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    });
  }
  ~OneAnswer() { thread_.join(); }
  [[nodiscard]] std::string url() const { return url_of(listener_.port); }

 private:
  Listener listener_;
  Thread thread_;
};

TEST(Transfer, ARequestReachesTheServerWhole) {
  Server server({.address = "127.0.0.1", .port = 0}, [](Request&& request, Respond respond) {
    respond(testing::text(request.method + " " + std::string(request.header("Content-Type")) + " " + request.body, 403));
  });
  ASSERT_TRUE(server.start().ok());
  const auto answer = transfer(url_of(server.port()), post("hello"));
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  EXPECT_EQ(answer->status, 403);
  EXPECT_EQ(answer->body, "POST text/plain hello");
  server.stop();
}

TEST(Transfer, ABodyWithoutALengthEndsWithTheConnection) {
  const OneAnswer server("HTTP/1.1 200 OK\r\nA: b \r\n\r\nrest");
  const auto answer = transfer(server.url(), post(""));
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  EXPECT_EQ(answer->body, "rest");
  EXPECT_EQ(find_header(answer->headers, "a"), "b");
}

TEST(Transfer, WhatIsNoWholeResponseIsRefused) {
  for (const char* bytes : {"", "SMTP ready\r\n\r\n", "HTTP/1.1 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
                            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort",
                            "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n\r\n",
                            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab"}) {
    const OneAnswer server(bytes);
    const auto answer = transfer(server.url(), post(""));
    ASSERT_FALSE(answer.ok()) << bytes;
    EXPECT_EQ(answer.error().code, "MalformedResponse") << bytes;
  }
}

TEST(Transfer, AChunkedAnswerAndWhatFollowsContinueAreRead) {
  const OneAnswer server("HTTP/1.1 100 Continue\r\nX: 1\r\n\r\n"
                         "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
  const auto answer = transfer(server.url(), post(""));
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  EXPECT_EQ(answer->body, "abc");
  EXPECT_EQ(find_header(answer->headers, "x"), "");
}

TEST(Transfer, OtherUrlsAreRefused) {
  for (const char* url : {"127.0.0.1:4566", "ftp://127.0.0.1/", "file:///etc/hosts", "http://", "http://a b/", ""}) {
    const auto answer = transfer(url, post(""));
    ASSERT_FALSE(answer.ok()) << url;
    EXPECT_EQ(answer.error().code, "InvalidUrl") << url;
  }
}

TEST(Transfer, ATooLongBodyIsRefusedWithOrWithoutItsLength) {
  for (const char* bytes : {"HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n"}) {
    const OneAnswer server(std::string(bytes) + std::string(40, 'x'));
    TransferOptions options;
    options.response_bytes_max = 20;
    const auto answer = transfer(server.url(), post(""), options);
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.error().code, "MalformedResponse");
  }
}

TEST(Transfer, NobodyThereAndNobodyAnsweringAreTold) {
  const Listener silent = std::move(listen_on("127.0.0.1", 0, false)).value();
  TransferOptions options;
  options.total_timeout = std::chrono::milliseconds(20);
  const auto slow = transfer(url_of(silent.port), post(""), options);
  ASSERT_FALSE(slow.ok());
  EXPECT_EQ(slow.error().code, "TimedOut");

  std::uint16_t closed;
  { closed = std::move(listen_on("127.0.0.1", 0, false)).value().port; }
  const auto nobody = transfer(url_of(closed), post(""));
  ASSERT_FALSE(nobody.ok());
  EXPECT_EQ(nobody.error().code, "EndpointUnreachable");
}

}  // namespace
}  // namespace haar::http
