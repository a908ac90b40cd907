// Replicas of real Redis nodes, over connections that haar makes.
#include "engines/redis_replication.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <chrono>
#include <functional>

#include "base/file.h"
#include "engines/redis.h"
#include "engines/resp.h"
#include "engines/test_support.h"
#include "frontdoor/handoff.h"

namespace haar::engines::redis {
namespace {

using namespace std::chrono_literals;

constexpr std::uint16_t port = 6379;
constexpr int patience_ms = 20'000;

bool comes_true(const std::function<bool()>& what) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(patience_ms);
  while (std::chrono::steady_clock::now() < end) {
    if (what()) return true;
    ::poll(nullptr, 0, 5);
  }
  return false;
}

class Replicas : public ::testing::Test {
 protected:
  void SetUp() override {
    program = testing::catalog().find_cache();
    if (!program.ok()) GTEST_SKIP() << program.error().message;
    supervisor = testing::make_supervisor(installation);
    primary = begin("rg-001", Begin::following);
    replica = begin("rg-002", Begin::following);
    ASSERT_TRUE(promote(primary, 5s).ok());
  }
  void TearDown() override {
    if (!supervisor) return;
    for (const std::string id : {"rg-001", "rg-002", "rg-003"})
      (void)stop(*supervisor, installation.spec(id, port), StopMode::immediate);
  }
  InstanceSpec begin(const std::string& id, Begin how) {
    const InstanceSpec spec = installation.spec(id, port);
    const auto started = start(*supervisor, *program, spec, system_random(), how);
    EXPECT_TRUE(started.ok()) << started.error().message;
    const auto ready = wait_ready(*supervisor, spec, 10s);
    EXPECT_TRUE(ready.ok()) << ready.error().message;
    return spec;
  }
  // As a client without a password, who is handed over as by the front door.
  static std::string tell(const InstanceSpec& spec, const std::vector<std::string>& words) {
    auto socket = frontdoor::dial(spec.handoff());
    if (!socket.ok()) return socket.error().message;
    RespConnection client(std::move(*socket));
    const auto reply = client.command(words);
    return reply.ok() ? *reply : reply.error().message;
  }
  static Replication seen(const InstanceSpec& spec) {
    const auto out = replication(spec, 5s);
    EXPECT_TRUE(out.ok()) << out.error().message;
    return out.ok() ? *out : Replication{};
  }
  static bool in_step(const InstanceSpec& follower, const InstanceSpec& leader) {
    const Replication one = seen(follower), other = seen(leader);
    return one.link == Link::up && one.history == other.history && one.offset == other.offset;
  }

  testing::Installation installation;
  Result<Program> program = Error{};
  std::unique_ptr<Supervisor> supervisor;
  InstanceSpec primary, replica;
};

TEST_F(Replicas, AReplicaGetsWhatIsThereAndWhatComesAndTakesNoWrite) {
  ASSERT_EQ(tell(primary, {"SET", "before", "1"}), "OK");
  ASSERT_TRUE(follow(replica, primary, 5s).ok());
  ASSERT_TRUE(comes_true([&] { return in_step(replica, primary); }));
  EXPECT_EQ(tell(replica, {"GET", "before"}), "1");
  EXPECT_EQ(tell(primary, {"SET", "after", "2"}), "OK");
  ASSERT_TRUE(comes_true([&] { return in_step(replica, primary); }));
  EXPECT_EQ(tell(replica, {"GET", "after"}), "2");
  EXPECT_NE(tell(replica, {"SET", "k", "v"}).find("READONLY"), std::string::npos);
}

TEST_F(Replicas, ANodeThatBeginsAnswersNothingUntilItIsLed) {
  EXPECT_NE(tell(replica, {"GET", "k"}).find("MASTERDOWN"), std::string::npos);
  EXPECT_NE(tell(replica, {"SET", "k", "v"}).find("READONLY"), std::string::npos);
  EXPECT_EQ(seen(replica).link, Link::down);
}

TEST_F(Replicas, AReplicaThatIsPromotedHasEveryAcknowledgedWriteAndTheOthersGoOnWithoutACopy) {
  const InstanceSpec third = begin("rg-003", Begin::following);
  ASSERT_TRUE(follow(replica, primary, 5s).ok());
  ASSERT_TRUE(follow(third, primary, 5s).ok());
  ASSERT_TRUE(comes_true([&] { return in_step(replica, primary) && in_step(third, primary); }));
  for (int i = 0; i < 100; ++i) ASSERT_EQ(tell(primary, {"RPUSH", "l", std::to_string(i)}), std::to_string(i + 1));
  ASSERT_TRUE(comes_true([&] { return in_step(replica, primary) && in_step(third, primary); }));
  const std::string history = seen(primary).history;
  ASSERT_TRUE(stop(*supervisor, primary, StopMode::immediate).ok());
  ASSERT_TRUE(comes_true([&] { return seen(replica).link == Link::down && seen(third).link == Link::down; }));
  EXPECT_EQ(seen(replica).history, history);
  EXPECT_EQ(seen(replica).offset, seen(third).offset);
  ASSERT_TRUE(promote(replica, 5s).ok());
  EXPECT_EQ(seen(replica).history_before, history);
  EXPECT_EQ(tell(replica, {"LLEN", "l"}), "100");
  ASSERT_TRUE(follow(third, replica, 5s).ok());
  ASSERT_TRUE(comes_true([&] { return in_step(third, replica); }));
  const auto stats = admin_command(replica, {"INFO", "stats"});
  ASSERT_TRUE(stats.ok());
  EXPECT_NE(stats->find("sync_full:0"), std::string::npos) << *stats;
  EXPECT_EQ(tell(replica, {"RPUSH", "l", "100"}), "101");
  EXPECT_EQ(tell(replica, {"WAIT", "1", "10000"}), "1");
  EXPECT_EQ(tell(third, {"LLEN", "l"}), "101");
  // The old one comes back as nobody, and then as a replica.
  primary = begin("rg-001", Begin::following);
  EXPECT_NE(tell(primary, {"RPUSH", "l", "x"}).find("READONLY"), std::string::npos);
  ASSERT_TRUE(follow(primary, replica, 5s).ok());
  ASSERT_TRUE(comes_true([&] { return in_step(primary, replica); }));
  EXPECT_EQ(tell(primary, {"LLEN", "l"}), "101");
}

TEST_F(Replicas, ABrokenConnectionIsMadeAnew) {
  ASSERT_TRUE(follow(replica, primary, 5s).ok());
  ASSERT_TRUE(comes_true([&] { return in_step(replica, primary); }));
  ASSERT_TRUE(admin_command(primary, {"CLIENT", "KILL", "TYPE", "replica"}).ok());
  ASSERT_TRUE(comes_true([&] { return seen(replica).link == Link::down; }));
  ASSERT_TRUE(follow(replica, primary, 5s).ok());
  ASSERT_TRUE(comes_true([&] { return in_step(replica, primary); }));
}

// Whatever its owner makes it follow, an engine reaches nobody: here as the administrator, who is mightier than a tenant.
TEST_F(Replicas, ANodeThatIsToldToFollowSomebodyElseReachesNobody) {
  const Fd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), size), 0);
  ASSERT_EQ(::listen(listener.get(), 4), 0);
  ASSERT_EQ(::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  const std::string there = std::to_string(ntohs(address.sin_port));
  ASSERT_TRUE(admin_command(replica, {"REPLICAOF", "127.0.0.1", there}).ok());
  // It tries at once and every second: after three tries are told of in its log, nobody has come.
  const auto tries = [&] {
    const std::string log = log_tail(replica);
    std::size_t count = 0;
    const std::string_view refused = "Unable to connect to MASTER";
    for (std::size_t at = log.find(refused); at != std::string::npos; at = log.find(refused, at + 1)) ++count;
    return count >= 3;
  };
  EXPECT_TRUE(comes_true(tries)) << log_tail(replica);
  pollfd readable{listener.get(), POLLIN, 0};
  EXPECT_EQ(::poll(&readable, 1, 0), 0);
}

TEST_F(Replicas, WithTheSecretOfReplicasOneCanDoNothingElse) {
  const auto secret = read_file(primary.replication_secret());
  ASSERT_TRUE(secret.ok());
  auto socket = frontdoor::dial(primary.handoff());
  ASSERT_TRUE(socket.ok());
  RespConnection client(std::move(*socket));
  ASSERT_TRUE(client.command({"AUTH", std::string(replication_user), *secret}).ok());
  EXPECT_TRUE(client.command({"PING"}).ok());
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"GET", "k"}, {"SET", "k", "v"}, {"CONFIG", "GET", "*"}, {"REPLICAOF", "NO", "ONE"}, {"SHUTDOWN"}, {"ACL", "LIST"}}) {
    const auto reply = client.command(words);
    ASSERT_FALSE(reply.ok()) << words[0];
    EXPECT_NE(reply.error().message.find("NOPERM"), std::string::npos) << reply.error().message;
  }
}

TEST(RedisReplication, WhatAServerSaysIsCheckedForItsForm) {
  const std::string id(40, 'a'), none(40, '0');
  const auto info = [&](const std::string& more) {
    return fmt::format("role:slave\r\nmaster_link_status:up\r\nmaster_replid:{}\r\nmaster_replid2:{}\r\n{}", id, none, more);
  };
  const auto good = parse_replication(info("slave_repl_offset:42\r\n"));
  ASSERT_TRUE(good.ok()) << good.error().message;
  EXPECT_EQ(good->link, Link::up);
  EXPECT_EQ(good->offset, 42U);
  EXPECT_EQ(parse_replication(info("slave_repl_offset:42\r\nmaster_sync_in_progress:1\r\n"))->link, Link::syncing);
  EXPECT_FALSE(parse_replication(info("")).ok());
  EXPECT_FALSE(parse_replication(info("slave_repl_offset:-1\r\n")).ok());
  EXPECT_FALSE(parse_replication(info("slave_repl_offset:99999999999999999999\r\n")).ok());
  EXPECT_FALSE(parse_replication("").ok());
  EXPECT_FALSE(parse_replication("role:king\r\n").ok());
}

}  // namespace
}  // namespace haar::engines::redis
