// The server's ordinary life: what handlers see, order, keep-alive, late answers, big bodies, stopping.
#include "http/server.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>

#include "base/thread.h"
#include "http/raw_client.h"

namespace haar::http {
namespace {

using testing::RawClient;
using testing::Reply;
using testing::text;

constexpr std::string_view get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

// Echoes what it saw.
void echo(Request&& r, Respond respond) {
  std::string seen = r.method + " " + r.target + "|" + r.path + "|" + r.query + "|";
  for (const auto& [name, value] : r.headers) seen += name + "=" + value + ";";
  respond(text(seen + "|" + r.body));
}

struct Running {
  Server server;
  explicit Running(Handler handler, Options options = {}) : server(std::move(options), std::move(handler)) {
    const auto started = server.start();
    EXPECT_TRUE(started.ok()) << (started.ok() ? "" : started.error().message);
  }
  [[nodiscard]] RawClient connect() const { return RawClient(server.port()); }
};

// Collects answers owed, for a test to give from its own thread.
class Later {
 public:
  Handler handler() {
    return [this](Request&& r, Respond respond) {
      const std::lock_guard lock(mutex_);
      owed_.emplace_back(r.path, std::move(respond));
      arrived_.notify_all();
    };
  }
  std::pair<std::string, Respond> take() {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [this] { return !owed_.empty(); });
    auto first = std::move(owed_.front());
    owed_.erase(owed_.begin());
    return first;
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<std::pair<std::string, Respond>> owed_;
};

TEST(Server, HandsOverTheRequestAsItWasSent) {
  Running running(echo);
  auto client = running.connect();
  client.send(
      "POST /a%20b?x=%2F&y HTTP/1.1\r\nHost: h\r\nX-B:  two words \r\nx-a: 1\r\nX-B: again\r\n"
      "Content-Length: 4\r\n\r\nbody");
  const Reply reply = client.receive();
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body,
            "POST /a%20b?x=%2F&y|/a%20b|x=%2F&y|Host=h;X-B=two words;x-a=1;X-B=again;Content-Length=4;|body");
}

// RFC 9112 3.2.2: whatever the field says, and where an old client sends none.
TEST(Server, TheHostOfAnAbsoluteTargetCounts) {
  Running running([](Request&& r, Respond respond) {
    respond(text(r.target + "|" + r.path + "|" + std::string(r.header("host")) + "|" + std::to_string(r.headers.size())));
  });
  auto client = running.connect();
  client.send("GET http://a.test:80/p HTTP/1.1\r\nA: b\r\nHost: b.test\r\n\r\n");
  EXPECT_EQ(client.receive().body, "http://a.test:80/p|/p|a.test:80|2");
  client.send("GET HTTPS://c.test?q HTTP/1.1\r\nHost: c.test\r\n\r\n");
  EXPECT_EQ(client.receive().body, "HTTPS://c.test?q|/|c.test|1");
  client.send("GET / HTTP/1.1\r\nHost: d.test\r\n\r\n");
  EXPECT_EQ(client.receive().body, "/|/|d.test|1");
  client.send("GET http://e.test/ HTTP/1.0\r\n\r\n");
  EXPECT_EQ(client.receive().body, "http://e.test/|/|e.test|1");
}

TEST(Server, GivesThePeersAddress) {
  Running running([](Request&& r, Respond respond) {
    respond(text(r.peer_address + " " + std::to_string(r.peer_port) + (r.tls ? " tls" : "")));
  });
  auto client = running.connect();
  sockaddr_in own{};
  socklen_t size = sizeof own;
  getsockname(client.fd(), reinterpret_cast<sockaddr*>(&own), &size);
  client.send(get);
  EXPECT_EQ(client.receive().body, "127.0.0.1 " + std::to_string(ntohs(own.sin_port)));
}

TEST(Server, KeepsAConnectionForManyRequestsAndForgetsTheOneBefore) {
  Running running(echo);
  auto client = running.connect();
  client.send("POST /first HTTP/1.1\r\nHost: h\r\nX-Secret: 1\r\nContent-Length: 3\r\n\r\nabc");
  EXPECT_EQ(client.receive().body, "POST /first|/first||Host=h;X-Secret=1;Content-Length=3;|abc");
  client.send("GET /second HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(client.receive().body, "GET /second|/second||Host=h;|");
  client.send("\r\nGET /third HTTP/1.1\r\nHost: h\r\n\r\n");  // an empty line before a request is ignored
  EXPECT_EQ(client.receive().body, "GET /third|/third||Host=h;|");
}

TEST(Server, AHandlerMayMoveTheRequestAway) {
  std::vector<Request> kept;
  Running running(
      [&](Request&& r, Respond respond) {
        kept.push_back(std::move(r));
        respond(text(kept.back().path));
      },
      {.threads = 1});
  auto client = running.connect();
  for (const std::string path : {"/1", "/2"}) {
    client.send("GET " + path + " HTTP/1.1\r\nHost: h\r\nA: b\r\n\r\n");
    EXPECT_EQ(client.receive().body, path);
  }
  EXPECT_EQ(kept[0].headers.size(), 2U);
  EXPECT_EQ(kept[1].headers.size(), 2U);
}

TEST(Server, PipelinedRequestsAreAnsweredInOrder) {
  Running running(echo);
  auto client = running.connect();
  std::string all;
  for (int i = 0; i < 500; ++i) all += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: h\r\n\r\n";
  ASSERT_TRUE(client.send(all));
  for (int i = 0; i < 500; ++i) {
    const std::string path = "/" + std::to_string(i);
    ASSERT_EQ(client.receive().body, "GET " + path + "|" + path + "||Host=h;|");
  }
}

TEST(Server, APipelinedRequestWaitsForTheAnswerBeforeIt) {
  Later later;
  Running running(later.handler());
  auto client = running.connect();
  client.send("GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\n");
  for (const std::string path : {"/1", "/2"}) {
    auto [seen, respond] = later.take();
    EXPECT_EQ(seen, path);
    respond(text("to " + path));
    EXPECT_EQ(client.receive().body, "to " + path);
  }
}

TEST(Server, AnswersFromManyThreadsReachTheirOwnClients) {
  Later later;
  Running running(later.handler());
  constexpr int clients = 50;
  std::vector<RawClient> connected;
  for (int i = 0; i < clients; ++i) {
    connected.push_back(running.connect());
    connected.back().send("GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: h\r\n\r\n");
  }
  std::vector<Thread> answering;
  for (int i = 0; i < 4; ++i) {
    answering.emplace_back("answer", [&, i] {
      for (int n = i; n < clients; n += 4) {
        auto [path, respond] = later.take();
        respond(text(path));
        respond(text("a second answer is ignored"));
      }
    });
  }
  for (int i = 0; i < clients; ++i) EXPECT_EQ(connected[i].receive().body, "/" + std::to_string(i));
}

TEST(Server, AnAnswerThatNeverComesIsAn500) {
  Running running([](Request&&, Respond) {});
  auto client = running.connect();
  client.send(get);
  EXPECT_EQ(client.receive().status, 500);
  EXPECT_TRUE(client.ended());
}

TEST(Server, AHandlerThatThrowsIsA500AndTheServerLivesOn) {
  Running running([](Request&& r, Respond respond) {
    if (r.path == "/throw") throw std::runtime_error("secret detail");
    respond(text("fine"));
  });
  auto client = running.connect();
  client.send("GET /throw HTTP/1.1\r\nHost: h\r\n\r\n");
  const Reply reply = client.receive();
  EXPECT_EQ(reply.status, 500);
  EXPECT_EQ(reply.body.find("secret"), std::string::npos);
  auto second = running.connect();
  second.send(get);
  EXPECT_EQ(second.receive().body, "fine");
}

TEST(Server, AClientGoneBeforeTheAnswerHarmsNobody) {
  Later later;
  Running running(later.handler());
  std::optional<RawClient> gone(running.connect());
  gone->send(get);
  auto owed = later.take();
  gone.reset();
  owed.second(text(std::string(1 << 20, 'x')));
  auto client = running.connect();
  client.send(get);
  later.take().second(text("still here"));
  EXPECT_EQ(client.receive().body, "still here");
}

TEST(Server, AClientThatEndsItsSideStillGetsItsAnswer) {
  Later later;
  Running running(later.handler());
  auto client = running.connect();
  client.send(get);
  client.finish_sending();
  later.take().second(text("answer"));
  EXPECT_EQ(client.receive().body, "answer");
  EXPECT_TRUE(client.ended());
}

TEST(Server, BigBodiesGoBothWays) {
  Running running([](Request&& r, Respond respond) { respond(text(std::move(r.body))); },
                  {.max_body_bytes = 32U << 20});
  std::string big(20U << 20, 'x');
  for (std::size_t i = 0; i < big.size(); i += 1009) big[i] = static_cast<char>('a' + i % 26);
  auto client = running.connect();
  Thread sending("send", [&] {
    client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(big.size()) + "\r\n\r\n");
    client.send(big);
    client.send(get);
  });
  EXPECT_TRUE(client.receive().body == big);
  EXPECT_EQ(client.receive().status, 200);  // and the connection is in step
}

TEST(Server, ASlowReaderOfPipelinedBigAnswersGetsThemAll) {
  Running running([](Request&& r, Respond respond) { respond(text(r.path + std::string(300'000, 'x'))); });
  auto client = running.connect();
  std::string all;
  for (int i = 0; i < 40; ++i) all += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: h\r\n\r\n";
  ASSERT_TRUE(client.send(all));
  for (int i = 0; i < 40; ++i) {
    const Reply reply = client.receive();
    const std::string path = "/" + std::to_string(i);
    ASSERT_EQ(reply.body.size(), 300'000 + path.size());
    ASSERT_TRUE(reply.body.starts_with(path + "x"));
  }
}

TEST(Server, ChunkedBodiesArePutTogether) {
  Running running(echo);
  auto client = running.connect();
  client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n4;ext=\"1\"\r\nwiki\r\n");
  client.send("5\r\npedia\r\n0\r\nX-Trailer: ignored\r\n\r\nGET /next HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(client.receive().body, "POST /|/||Host=h;Transfer-Encoding=Chunked;|wikipedia");
  EXPECT_EQ(client.receive().body, "GET /next|/next||Host=h;|");
}

TEST(Server, AChunkedBodyMayArriveByteByByte) {
  Running running(echo);
  auto client = running.connect();
  const std::string request =
      "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
  for (const char c : request) client.send(std::string(1, c));
  EXPECT_EQ(client.receive().body, "POST /|/||Host=h;Transfer-Encoding=chunked;|abcde");
}

TEST(Server, ExpectContinueIsAnsweredBeforeTheBody) {
  Running running(echo);
  auto client = running.connect();
  client.send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-Continue\r\nContent-Length: 3\r\n\r\n");
  EXPECT_EQ(client.receive().status, 100);
  client.send("abc");
  EXPECT_EQ(client.receive().status, 200);
}

TEST(Server, HeadGetsNoBody) {
  Running running(echo);
  auto client = running.connect();
  client.send("HEAD /x HTTP/1.1\r\nHost: h\r\n\r\nGET /y HTTP/1.1\r\nHost: h\r\n\r\n");
  const Reply reply = client.receive(true);
  EXPECT_NE(reply.head.find("Content-Length: 20\r\n"), std::string::npos) << reply.head;
  EXPECT_EQ(client.receive().body, "GET /y|/y||Host=h;|");
}

TEST(Server, Http10ClosesUnlessAskedToKeepAlive) {
  Running running(echo);
  auto closing = running.connect();
  closing.send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_NE(closing.receive().head.find("Connection: close"), std::string::npos);
  EXPECT_TRUE(closing.ended());
  auto keeping = running.connect();
  for (int i = 0; i < 2; ++i) {
    keeping.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_NE(keeping.receive().head.find("Connection: keep-alive"), std::string::npos);
  }
}

TEST(Server, EndsTheConnectionWhenEitherSideSaysSo) {
  Running running([](Request&& r, Respond respond) {
    Response response = text("x");
    response.close = r.path == "/end";
    respond(std::move(response));
  });
  for (const char* request :
       {"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", "GET /end HTTP/1.1\r\nHost: h\r\n\r\n"}) {
    auto client = running.connect();
    client.send(request);
    EXPECT_NE(client.receive().head.find("Connection: close"), std::string::npos);
    EXPECT_TRUE(client.ended());
  }
}

TEST(Server, ManyConnectionsAreServedAndCounted) {
  Running running(echo);
  std::vector<RawClient> clients;
  for (int i = 0; i < 300; ++i) clients.push_back(running.connect());
  for (auto& client : clients) client.send(get);
  for (auto& client : clients) ASSERT_EQ(client.receive().status, 200);
  EXPECT_EQ(running.server.connections(), 300U);
}

TEST(Server, ATakenPortIsAnErrorThatNamesIt) {
  Running running(echo);
  Server second({.port = running.server.port()}, echo);
  const auto started = second.start();
  ASSERT_FALSE(started.ok());
  EXPECT_NE(started.error().message.find("127.0.0.1:" + std::to_string(running.server.port())),
            std::string::npos);
}

TEST(Server, AnAddressThatIsNoneIsAnError) {
  EXPECT_FALSE(Server({.address = "localhost"}, echo).start().ok());
}

TEST(Server, ServesIpv6) {
  Server server({.address = "::1"}, echo);
  if (!server.start().ok()) GTEST_SKIP() << "this machine has no ::1";
  EXPECT_NE(server.port(), 0);
}

TEST(Stop, IdleConnectionsAreClosed) {
  Running running(echo);
  auto idle = running.connect();
  idle.send(get);
  EXPECT_EQ(idle.receive().status, 200);
  auto silent = running.connect();
  running.server.stop();
  EXPECT_TRUE(idle.ended());
  EXPECT_FALSE(running.connect().connected());
}

TEST(Stop, AnOpenRequestIsAnsweredFirst) {
  Later later;
  Running running(later.handler());
  auto client = running.connect();
  client.send(get);
  auto owed = later.take();
  Thread stopping("stop", [&] { running.server.stop(); });
  owed.second(text("in time"));
  EXPECT_EQ(client.receive().body, "in time");
  EXPECT_TRUE(client.ended());
}

TEST(Stop, IsBoundedAndLaterAnswersGoNowhere) {
  Later later;
  std::optional<Respond> owed;
  {
    Running running(later.handler(), {.drain_timeout = std::chrono::milliseconds(50)});
    auto client = running.connect();
    client.send(get);
    owed = later.take().second;
    running.server.stop();
    EXPECT_TRUE(client.ended());
  }
  (*owed)(text("too late"));  // the server is gone; this must touch nothing
}

}  // namespace
}  // namespace haar::http
