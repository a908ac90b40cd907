// What the server refuses: limits, slow clients, and bytes that two readers could understand differently.
#include <gtest/gtest.h>

#include <atomic>

#include "base/test_wait.h"
#include "http/raw_client.h"
#include "http/server.h"

namespace haar::http {
namespace {

using std::chrono::milliseconds;
using testing::RawClient;
using testing::text;

class Limits : public ::testing::Test {
 protected:
  void serve(Options options = {}) {
    server_.emplace(std::move(options), [this](Request&& r, Respond respond) {
      ++handled_;
      respond(text(std::to_string(r.body.size())));
    });
    ASSERT_TRUE(server_->start().ok());
  }
  [[nodiscard]] RawClient connect() const { return RawClient(server_->port()); }

  // The status that these bytes get; the connection must end with it, and no handler may see them.
  int refusal(std::string_view bytes) {
    const int before = handled_;
    auto client = connect();
    client.send(bytes);
    const auto reply = client.receive();
    EXPECT_TRUE(client.ended()) << bytes.substr(0, 200);
    EXPECT_EQ(handled_, before) << bytes.substr(0, 200);
    return reply.status;
  }

  std::optional<Server> server_;
  std::atomic<int> handled_{0};
};

const std::string host = "Host: h\r\n";

TEST_F(Limits, HeadBytes) {
  serve({.max_head_bytes = 1000});
  const std::string start = "GET / HTTP/1.1\r\n" + host + "X: ";
  auto client = connect();
  client.send(start + std::string(1000 - start.size() - 4, 'x') + "\r\n\r\n");
  EXPECT_EQ(client.receive().status, 200);
  EXPECT_EQ(refusal(start + std::string(1000 - start.size() - 3, 'x') + "\r\n\r\n"), 431);
  EXPECT_EQ(refusal(start + std::string(5000, 'x')), 431);  // without an end
}

TEST_F(Limits, RequestLine) {
  serve({.max_request_line = 100});
  const std::string target(100 - std::string("GET  HTTP/1.1").size(), '/');
  auto client = connect();
  client.send("GET " + target + " HTTP/1.1\r\n" + host + "\r\n");
  EXPECT_EQ(client.receive().status, 200);
  EXPECT_EQ(refusal("GET " + target + "/ HTTP/1.1\r\n" + host + "\r\n"), 414);
  EXPECT_EQ(refusal("GET " + target + target), 414);  // without an end
}

TEST_F(Limits, NumberOfHeaders) {
  serve({.max_headers = 10});
  std::string fields = host;
  for (int i = 0; i < 9; ++i) fields += "X: y\r\n";
  auto client = connect();
  client.send("GET / HTTP/1.1\r\n" + fields + "\r\n");
  EXPECT_EQ(client.receive().status, 200);
  EXPECT_EQ(refusal("GET / HTTP/1.1\r\n" + fields + "X: y\r\n\r\n"), 431);
}

TEST_F(Limits, BodyByItsLength) {
  serve({.max_body_bytes = 1000});
  auto client = connect();
  client.send("POST / HTTP/1.1\r\n" + host + "Content-Length: 1000\r\n\r\n" + std::string(1000, 'x'));
  EXPECT_EQ(client.receive().body, "1000");
  EXPECT_EQ(refusal("POST / HTTP/1.1\r\n" + host + "Content-Length: 1001\r\n\r\n"), 413);
  EXPECT_EQ(refusal("POST / HTTP/1.1\r\n" + host + "Content-Length: 18446744073709551615\r\n\r\n"), 413);
}

TEST_F(Limits, TheRefusalOfABigBodyReachesAClientThatSendsItAll) {
  serve({.max_body_bytes = 1000});
  EXPECT_EQ(
      refusal("POST / HTTP/1.1\r\n" + host + "Content-Length: 2000000\r\n\r\n" + std::string(2'000'000, 'x')),
      413);
}

TEST_F(Limits, BodyByItsChunks) {
  serve({.max_body_bytes = 10});
  const std::string start = "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n";
  auto client = connect();
  client.send(start + "5\r\n12345\r\n5\r\n12345\r\n0\r\n\r\n");
  EXPECT_EQ(client.receive().body, "10");
  EXPECT_EQ(refusal(start + "5\r\n12345\r\n6\r\n"), 413);
  EXPECT_EQ(refusal(start + "ffffffffffffffff\r\n"), 413);
}

TEST_F(Limits, AChunkLineWithoutEnd) {
  serve();
  EXPECT_EQ(refusal("POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n5;" +
                    std::string(200'000, 'x')),
            400);
}

TEST_F(Limits, NoContinueForWhatIsRefusedAnyway) {
  serve({.max_body_bytes = 10});
  EXPECT_EQ(refusal("POST / HTTP/1.1\r\n" + host + "Expect: 100-continue\r\nContent-Length: 11\r\n\r\n"),
            413);
  EXPECT_EQ(refusal("POST / HTTP/1.1\r\n" + host + "Expect: a-miracle\r\nContent-Length: 1\r\n\r\n"), 417);
}

TEST_F(Limits, ContentEncodings) {
  serve();
  EXPECT_EQ(refusal("POST / HTTP/1.1\r\n" + host + "Content-Encoding: gzip\r\nContent-Length: 1\r\n\r\n"),
            415);
  auto client = connect();
  client.send("POST / HTTP/1.1\r\n" + host + "Content-Encoding: identity\r\nContent-Length: 1\r\n\r\nx");
  EXPECT_EQ(client.receive().status, 200);
}

TEST_F(Limits, AFreedConnectionMakesRoom) {
  serve({.max_connections = 1});
  for (int i = 0; i < 5; ++i) {
    auto client = connect();
    client.send("GET / HTTP/1.1\r\n" + host + "Connection: close\r\n\r\n");
    ASSERT_EQ(client.receive().status, 200);
    client.finish_sending();
    ASSERT_TRUE(client.ended());
    ASSERT_TRUE(eventually([&] { return server_->connections() == 0; }));
  }
}

TEST_F(Limits, AnIdleConnectionEndsInSilence) {
  serve({.idle_timeout = milliseconds(30)});
  EXPECT_EQ(refusal(""), 0);
  auto client = connect();
  client.send("GET / HTTP/1.1\r\n" + host + "\r\n");
  EXPECT_EQ(client.receive().status, 200);
  EXPECT_TRUE(client.ended());
}

TEST_F(Limits, ASlowHeadIsA408HoweverItDrips) {
  serve({.head_timeout = milliseconds(50), .linger_timeout = milliseconds(50)});
  EXPECT_EQ(refusal("GET / HT"), 408);
  auto client = connect();
  client.send("GET / HTTP/1.1\r\n");
  EXPECT_TRUE(eventually([&] { return !client.send("X: y\r\n"); })) << "until the server has had enough";
  EXPECT_EQ(handled_, 0);
}

TEST_F(Limits, ASlowBodyIsA408HoweverItDrips) {
  serve({.body_timeout = milliseconds(50), .linger_timeout = milliseconds(50)});
  EXPECT_EQ(refusal("POST / HTTP/1.1\r\n" + host + "Content-Length: 5\r\n\r\nabc"), 408);
  auto client = connect();
  client.send("POST / HTTP/1.1\r\n" + host + "Content-Length: 1000000\r\n\r\n");
  EXPECT_TRUE(eventually([&] { return !client.send("x"); }));
  EXPECT_EQ(handled_, 0);
}

TEST_F(Limits, AClientThatDoesNotReadIsLetGo) {
  Server server({.write_timeout = milliseconds(50)},
                [](Request&&, Respond respond) { respond(text(std::string(50U << 20, 'x'))); });
  ASSERT_TRUE(server.start().ok());
  RawClient client(server.port());
  client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(eventually([&] { return server.connections() != 0; }));
  EXPECT_TRUE(eventually([&] { return server.connections() == 0; }));
}

TEST_F(Limits, ALastResponseIsNotWaitedForForever) {
  serve({.linger_timeout = milliseconds(30)});
  auto client = connect();
  client.send("nonsense\r\n\r\n");
  EXPECT_EQ(client.receive().status, 400);
  // Though the client keeps its side open.
  EXPECT_TRUE(eventually([&] { return server_->connections() == 0; }));
}

TEST_F(Limits, ConflictingFraming) {
  serve();
  const std::string post = "POST / HTTP/1.1\r\n" + host;
  const std::string rest = "\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\n" + host + "\r\n";
  for (const std::string fields : {
           "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
           "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
           "Content-Length: 5\r\nContent-Length: 6\r\n",
           "Content-Length: 5\r\nContent-Length: 5\r\n",
           "Content-Length: 5, 5\r\n",
           "Content-Length: 5,6\r\n",
           "Content-Length: +5\r\n",
           "Content-Length: -1\r\n",
           "Content-Length: 0x5\r\n",
           "Content-Length: 5 5\r\n",
           "Content-Length: \r\n",
           "Content-Length: 99999999999999999999999\r\n",
           "Content-Length : 5\r\n",
           "Transfer-Encoding : chunked\r\n",
           "Transfer-Encoding: gzip, chunked\r\n",
           "Transfer-Encoding: chunked, identity\r\n",
           "Transfer-Encoding: identity\r\n",
           "Transfer-Encoding: xchunked\r\n",
           "Transfer-Encoding: \"chunked\"\r\n",
           "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
           "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n",
           "Transfer-Encoding:\r\n chunked\r\n",
           "X: y\r\n Content-Length: 5\r\n",
           "X: y\r\n\tfolded\r\n",
           " Content-Length: 5\r\n",
           "X: y\nContent-Length: 5\r\n",
           "X: y\rContent-Length: 5\r\n",
           "X\r\n",
           ": y\r\n",
           "X y: z\r\n",
       }) {
    EXPECT_EQ(refusal(post + fields + rest), 400) << fields;
  }
  EXPECT_EQ(refusal("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400);
  EXPECT_EQ(refusal(post + "X: a" + std::string(1, '\0') + "b\r\n\r\n"), 400);
}

TEST_F(Limits, MalformedChunks) {
  serve();
  const std::string start = "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n";
  for (const std::string chunks :
       {"x\r\n", "\r\n\r\n", "-1\r\n\r\n", "0x1\r\n\r\n", "3\r\nabcd\r\n0\r\n\r\n", "1\nab\r\n0\r\n\r\n",
        "0\r\nbad trailer\r\n\r\n", "1 \r\na\r\n0\r\n\r\n"}) {
    EXPECT_EQ(refusal(start + chunks), 400) << chunks;
  }
}

TEST_F(Limits, MalformedRequestLines) {
  serve();
  for (const std::string line :
       {"nonsense", "GET /", "GET  / HTTP/1.1", "GET / HTTP/2.0", "GET / HTTP/1.2", "GET / http/1.1",
        "GET / HTTP/1.1 ", "GET\t/ HTTP/1.1", "G(T / HTTP/1.1", "GET x HTTP/1.1", "CONNECT h:443 HTTP/1.1",
        "GET /a b HTTP/1.1", "GET /#f HTTP/1.1"}) {
    EXPECT_EQ(refusal(line + "\r\n" + host + "\r\n"), 400) << line;
  }
  EXPECT_EQ(refusal("\x16\x03\x01 a TLS hello"), 400);
  EXPECT_EQ(refusal("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 400);
}

TEST_F(Limits, HostMustBeGivenOnce) {
  serve();
  EXPECT_EQ(refusal("GET / HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(refusal("GET / HTTP/1.1\r\n" + host + host + "\r\n"), 400);
  EXPECT_EQ(refusal("GET http://h/ HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(refusal("GET http://user@h/ HTTP/1.1\r\n" + host + "\r\n"), 400);
}

TEST_F(Limits, AHalfRequestIsNotHandled) {
  serve();
  for (const std::string bytes :
       {"GET / HTTP/1.1\r\nHost: h\r\n", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"}) {
    auto client = connect();
    client.send(bytes);
    client.finish_sending();
    EXPECT_TRUE(client.ended());
  }
  EXPECT_EQ(handled_, 0);
}

TEST_F(Limits, WhatFollowsARefusalIsNeverHandled) {
  serve();
  EXPECT_EQ(refusal("GET / HTTP/9\r\n\r\nGET / HTTP/1.1\r\n" + host + "\r\n"), 400);
}

}  // namespace
}  // namespace haar::http
