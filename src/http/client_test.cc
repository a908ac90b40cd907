#include "http/client.h"

#include <gtest/gtest.h>

#include <sys/socket.h>

#include "base/thread.h"
#include "http/listen.h"
#include "http/raw_client.h"
#include "http/server.h"

namespace haar::http {
namespace {

Request post(std::string body) {
  Request request;
  request.method = "POST";
  request.target = "/";
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
  [[nodiscard]] Authority where() const { return {"127.0.0.1", listener_.port}; }

 private:
  Listener listener_;
  Thread thread_;
};

TEST(Client, EndpointsAreReadWithTheirPortsAndBrackets) {
  const auto plain = parse_endpoint("http://127.0.0.1:4566");
  ASSERT_TRUE(plain.ok());
  EXPECT_EQ(plain->host, "127.0.0.1");
  EXPECT_EQ(plain->port, 4566);
  EXPECT_EQ(plain->host_header(), "127.0.0.1:4566");
  const auto six = parse_endpoint("http://[::1]:80/");
  ASSERT_TRUE(six.ok());
  EXPECT_EQ(six->host, "::1");
  EXPECT_EQ(six->host_header(), "[::1]");
  for (const char* wrong : {"127.0.0.1:4566", "https://127.0.0.1", "http://", "http://[::1", "http://a:b", "http://a:0"})
    EXPECT_FALSE(parse_endpoint(wrong).ok()) << wrong;
}

TEST(Client, ARequestReachesTheServerWhole) {
  Server server({.address = "127.0.0.1", .port = 0}, [](Request&& request, Respond respond) {
    respond(testing::text(request.method + " " + std::string(request.header("Content-Type")) + " " + request.body, 403));
  });
  ASSERT_TRUE(server.start().ok());
  const auto answer = send({"127.0.0.1", server.port()}, post("hello"));
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  EXPECT_EQ(answer->status, 403);
  EXPECT_EQ(answer->body, "POST text/plain hello");
  server.stop();
}

TEST(Client, ABodyWithoutALengthEndsWithTheConnection) {
  const OneAnswer server("HTTP/1.1 200 OK\r\nA: b \r\n\r\nrest");
  const auto answer = send(server.where(), post(""));
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  EXPECT_EQ(answer->body, "rest");
  EXPECT_EQ(find_header(answer->headers, "a"), "b");
}

TEST(Client, WhatIsNoWholeResponseIsRefused) {
  for (const char* bytes : {"", "SMTP ready\r\n\r\n", "HTTP/1.1 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
                            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort",
                            "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"}) {
    const OneAnswer server(bytes);
    const auto answer = send(server.where(), post(""));
    ASSERT_FALSE(answer.ok()) << bytes;
    EXPECT_EQ(answer.error().code, "MalformedResponse") << bytes;
  }
}

TEST(Client, ATooLongBodyIsRefusedWithOrWithoutItsLength) {
  for (const char* bytes : {"HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n"}) {
    const OneAnswer server(std::string(bytes) + std::string(40, 'x'));
    ClientOptions options;
    options.response_bytes_max = 20;
    const auto answer = send(server.where(), post(""), options);
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.error().code, "MalformedResponse");
  }
}

TEST(Client, NobodyThereAndNobodyAnsweringAreTold) {
  const Listener silent = std::move(listen_on("127.0.0.1", 0, false)).value();
  ClientOptions options;
  options.total_timeout = std::chrono::milliseconds(20);
  const auto slow = send({"127.0.0.1", silent.port}, post(""), options);
  ASSERT_FALSE(slow.ok());
  EXPECT_EQ(slow.error().code, "TimedOut");

  std::uint16_t closed;
  { closed = std::move(listen_on("127.0.0.1", 0, false)).value().port; }
  const auto nobody = send({"127.0.0.1", closed}, post(""));
  ASSERT_FALSE(nobody.ok());
  EXPECT_EQ(nobody.error().code, "EndpointUnreachable");
}

}  // namespace
}  // namespace haar::http
