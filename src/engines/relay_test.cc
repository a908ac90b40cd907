#include "engines/relay.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>

namespace haar::engines {
namespace {

constexpr std::size_t most = 100'000;

class RelayTest : public ::testing::Test {
 protected:
  RelayTest() {
    std::array<int, 2> one{}, two{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, one.data()), 0);
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, two.data()), 0);
    client = Fd(one[0]);
    engine = Fd(two[0]);
    relay = Relay(Fd(one[1]), Fd(two[1]), most);
  }
  static std::string take(const Fd& from) {
    std::string out(1 << 20, '\0');
    const ssize_t got = ::read(from.get(), out.data(), out.size());
    out.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return got == 0 ? "the end" : out;
  }
  static void say(const Fd& to, const std::string& text) {
    EXPECT_EQ(::send(to.get(), text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
  }

  Fd client, engine;
  Relay relay;
};

TEST_F(RelayTest, PassesOnWhatEitherSays) {
  say(client, "question");
  relay.move();
  EXPECT_EQ(take(engine), "question");
  say(engine, "answer");
  relay.move();
  EXPECT_EQ(take(client), "answer");
  say(engine, "last words");
  engine.reset();
  relay.move();
  relay.move();
  EXPECT_EQ(take(client), "last words");
  EXPECT_EQ(take(client), "the end");
  EXPECT_FALSE(relay.overrun());
}

TEST_F(RelayTest, AnEngineThatSaysTooMuchIsLeft) {
  std::size_t heard = 0;
  for (int i = 0; i < 100 && !relay.overrun(); ++i) {
    say(engine, std::string(10'000, 'x'));
    relay.move();
    heard += take(client).size();
  }
  EXPECT_TRUE(relay.overrun());
  EXPECT_LE(heard, most);
  EXPECT_EQ(take(client), "the end");
}

TEST_F(RelayTest, ASideThatDoesNotReadHoldsUpNothing) {
  for (int i = 0; i < 50; ++i) {
    (void)::send(client.get(), std::string(50'000, 'q').data(), 50'000, MSG_NOSIGNAL);
    relay.move();
  }
  const auto [client_waits, engine_waits] = relay.waits();
  EXPECT_EQ(client_waits.events & POLLIN, 0) << "no more is taken than is passed on";
  EXPECT_NE(engine_waits.events & POLLOUT, 0);
  say(engine, "answer");
  relay.move();
  EXPECT_EQ(take(client), "answer");
}

}  // namespace
}  // namespace haar::engines
