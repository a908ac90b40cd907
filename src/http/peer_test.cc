#include "http/peer.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <future>
#include <memory>
#include <system_error>
#include <thread>
#include <utility>

#include "base/test_wait.h"
#include "http/raw_client.h"
#include "http/server.h"

namespace haar::http {
namespace {

struct Pair {
  std::array<int, 2> fds{-1, -1};
  Pair() { EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, fds.data()), 0); }
  ~Pair() {
    for (const int fd : fds) ::close(fd);
  }
  void hang_up() {
    ::close(fds[1]);
    fds[1] = -1;
  }
};

struct Socket {
  int fd;
  void close(std::error_code&) { ::close(std::exchange(fd, -1)); }
};

TEST(Peer, IsThereUntilItCloses) {
  Pair pair;
  const PeerSocket peer(pair.fds[0]);
  EXPECT_TRUE(peer.alive());
  ASSERT_EQ(::send(pair.fds[1], "x", 1, 0), 1);
  EXPECT_TRUE(peer.alive()) << "what was sent ahead stays to be read";
  char read = 0;
  ASSERT_EQ(::recv(pair.fds[0], &read, 1, 0), 1);
  pair.hang_up();
  EXPECT_FALSE(peer.alive());
}

TEST(Peer, IsGoneWhenTheSocketIsClosedHere) {
  Pair pair;
  PeerSocket peer(pair.fds[0]);
  Socket socket{std::exchange(pair.fds[0], -1)};
  std::error_code error;
  peer.close(socket, error);
  EXPECT_FALSE(peer.alive());
  // The number may be somebody else's by now.
  const Pair other;
  EXPECT_FALSE(peer.alive());
}

// A request in a handler's hands: nothing is read from its connection meanwhile, and its end is seen all the same.
TEST(Peer, OfARequestBeingHandledIsSeenToGo) {
  std::promise<Respond> handed;
  Server server({.threads = 1}, [&](Request&&, Respond respond) { handed.set_value(std::move(respond)); });
  ASSERT_TRUE(server.start().ok());
  auto client = std::make_unique<testing::RawClient>(server.port());
  ASSERT_TRUE(client->send("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
  const Respond respond = handed.get_future().get();
  EXPECT_TRUE(respond.alive());
  client.reset();
  EXPECT_TRUE(eventually([&] { return !respond.alive(); }));
  respond({});
  server.stop();
  EXPECT_FALSE(respond.alive());
}

}  // namespace
}  // namespace haar::http
