// More connections than the server has room for: the idle go, the busy stay, a newcomer is served.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <vector>

#include "base/test_wait.h"
#include "http/raw_client.h"
#include "http/server.h"

namespace haar::http {
namespace {

using std::chrono::milliseconds;
using testing::RawClient;
using testing::text;

constexpr std::string_view get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
constexpr std::string_view get_later = "GET /later HTTP/1.1\r\nHost: h\r\n\r\n";
constexpr milliseconds for_ever{1'000'000};

class Crowd : public ::testing::Test {
 protected:
  void serve(Options options) {
    server_.emplace(std::move(options), [this](Request&& r, Respond respond) {
      if (r.path != "/later") return respond(text(std::to_string(r.body.size())));
      const std::lock_guard lock(mutex_);
      owed_.push_back(std::move(respond));
      arrived_.notify_all();
    });
    ASSERT_TRUE(server_->start().ok());
  }
  // Connected, and accepted by the server.
  [[nodiscard]] RawClient connect() const {
    const std::size_t before = server_->connections();
    RawClient client(server_->port());
    EXPECT_TRUE(eventually([&] { return server_->connections() != before; }));
    return client;
  }
  [[nodiscard]] RawClient served() const {
    RawClient client(server_->port());
    client.send(get);
    EXPECT_EQ(client.receive().status, 200);
    return client;
  }
  [[nodiscard]] RawClient waiting_for_its_answer() {
    RawClient client(server_->port());
    client.send(get_later);
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [&, seen = seen_] { return owed_.size() > seen; });
    seen_ = owed_.size();
    return client;
  }
  void answer_all() {
    const std::lock_guard lock(mutex_);
    for (auto& respond : owed_) respond(text("at last"));
    owed_.clear();
    seen_ = 0;
  }
  int status_of_a_newcomer() const {
    RawClient client(server_->port());
    client.send(get);
    return client.receive().status;
  }
  static bool is_served(RawClient& client) { return client.send(get) && client.receive().status == 200; }

  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<Respond> owed_;
  std::size_t seen_ = 0;
  std::optional<Server> server_;
};

TEST_F(Crowd, ANewcomerIsServedAndTheOldestIdleConnectionsGo) {
  serve({.threads = 3, .max_connections = 4});
  auto silent = connect();
  auto second = served(), third = served(), fourth = served();
  const auto newcomer = served();
  EXPECT_TRUE(silent.ended());
  const auto another = served();
  EXPECT_TRUE(second.ended());
  EXPECT_TRUE(is_served(third));  // so that the fourth is the oldest now
  const auto last = served();
  EXPECT_TRUE(fourth.ended());
  EXPECT_TRUE(is_served(third));
}

TEST_F(Crowd, HundredsOfIdleConnectionsLockNobodyOut) {
  constexpr std::ptrdiff_t limit = 20;
  serve({.threads = 2, .max_connections = limit});
  std::vector<RawClient> idle;
  for (int i = 0; i < 400; ++i) idle.emplace_back(server_->port());
  const auto silent = [&] {
    return std::count_if(idle.begin(), idle.end(), [](const RawClient& client) { return client.silent(); });
  };
  ASSERT_TRUE(eventually([&] { return silent() <= limit; }));
  for (int i = 0; i < 100; ++i) idle.push_back(served());
  ASSERT_TRUE(eventually([&] { return silent() <= limit; }));
  for (std::size_t i = 0; i < 400; ++i) EXPECT_FALSE(idle[i].silent()) << i;
}

TEST_F(Crowd, ARequestInTheHandlersHandsIsNeverCut) {
  serve({.threads = 2, .max_connections = 3});
  auto first = waiting_for_its_answer(), second = waiting_for_its_answer();
  std::vector<RawClient> crowd;
  for (int i = 0; i < 100; ++i) crowd.push_back(served());
  answer_all();
  EXPECT_EQ(first.receive().status, 200);
  EXPECT_EQ(second.receive().status, 200);
}

TEST_F(Crowd, WhenAllAreBusyANewcomerIsToldSo) {
  serve({.max_connections = 2});
  auto first = waiting_for_its_answer(), second = waiting_for_its_answer();
  EXPECT_EQ(status_of_a_newcomer(), 503);
  EXPECT_EQ(status_of_a_newcomer(), 503);
  answer_all();
  EXPECT_EQ(first.receive().status, 200);
  EXPECT_EQ(status_of_a_newcomer(), 200);
  EXPECT_EQ(second.receive().status, 200);
}

TEST_F(Crowd, ARequestThatIsArrivingHasItsTime) {
  serve({.max_connections = 3, .patience = for_ever});
  auto head = connect(), body = connect(), reader = connect();
  head.send("GET / HT");
  body.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nabc");
  reader.send("GET / HTTP/1.1\r\n");
  // Until the server has read what was sent.
  ASSERT_TRUE(eventually([&] { return status_of_a_newcomer() == 503; }));
  EXPECT_EQ(status_of_a_newcomer(), 503);
  EXPECT_TRUE(body.send("de"));
  EXPECT_EQ(body.receive().body, "5");
  EXPECT_TRUE(head.send("TP/1.1\r\nHost: h\r\n\r\n"));
  EXPECT_EQ(head.receive().status, 200);
}

TEST_F(Crowd, RequestsThatStallOrDripCountAsIdle) {
  serve({.max_connections = 1, .patience = milliseconds(1)});
  for (const std::string start : {"GET / HT", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\nabc"}) {
    for (const bool drips : {false, true}) {
      ASSERT_TRUE(eventually([&] { return server_->connections() == 0; }));
      auto slow = connect();
      slow.send(start);
      ASSERT_TRUE(eventually([&] {
        if (!slow.silent()) return true;
        if (drips) slow.send("x");
        status_of_a_newcomer();
        return false;
      }));
      EXPECT_EQ(slow.receive().status, 0);
      EXPECT_EQ(status_of_a_newcomer(), 200);
    }
  }
}

TEST_F(Crowd, AClientThatDoesNotReadItsAnswerCountsAsIdle) {
  Server server({.max_connections = 1, .patience = milliseconds(1)}, [](Request&& r, Respond respond) {
    respond(text(std::string(r.path == "/large" ? 50U << 20 : 1, 'x')));
  });
  ASSERT_TRUE(server.start().ok());
  RawClient deaf(server.port());
  deaf.send("GET /large HTTP/1.1\r\nHost: h\r\n\r\n");
  for (int status = 0; status != 200;) {
    RawClient newcomer(server.port());
    newcomer.send(get);
    status = newcomer.receive().status;
  }
}

TEST_F(Crowd, WithoutDescriptorsAnIdleConnectionMakesRoom) {
  serve({.threads = 1});
  auto idle = served();
  auto busy = waiting_for_its_answer();
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const int next = ::dup(0);  // the lowest number that is free
  ASSERT_GE(next, 0);
  ::close(next);
  const rlimit one_more{static_cast<rlim_t>(next) + 1, before.rlim_max};  // for the client's own socket
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &one_more), 0);
  RawClient newcomer(server_->port());
  newcomer.send(get);
  EXPECT_EQ(newcomer.receive().status, 200);
  EXPECT_TRUE(idle.ended());
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  answer_all();
  EXPECT_EQ(busy.receive().status, 200);
}

TEST_F(Crowd, WithoutDescriptorsANewcomerWaitsForTheBusy) {
  serve({.threads = 1});
  auto busy = waiting_for_its_answer();
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const int next = ::dup(0);
  ASSERT_GE(next, 0);
  ::close(next);
  const rlimit one_more{static_cast<rlim_t>(next) + 1, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &one_more), 0);
  RawClient newcomer(server_->port());
  newcomer.send(get);
  usleep(10'000);  // so that the server has most likely tried: either way the newcomer is served in the end
  answer_all();
  EXPECT_EQ(busy.receive().status, 200);
  EXPECT_EQ(newcomer.receive().status, 200);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
}

}  // namespace
}  // namespace haar::http
