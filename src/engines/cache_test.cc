// Redis and memcached, started for real, reached through the front door.
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <chrono>

#include "base/file.h"
#include "engines/memcached.h"
#include "engines/redis.h"
#include "engines/resp.h"
#include "engines/test_support.h"

namespace haar::engines {
namespace {

using namespace std::chrono_literals;
using testing::ask;

// Of a process, by its /proc/<pid>/statm.
std::size_t resident_bytes(pid_t pid) {
  const auto text = read_file(fmt::format("/proc/{}/statm", pid));
  if (!text.ok()) return 0;
  const std::size_t pages = std::stoul(text->substr(text->find(' ')));
  return pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

constexpr std::uint16_t redis_port = 6379, memcached_port = 11211;

class Redis : public ::testing::Test {
 protected:
  void SetUp() override {
    program = testing::catalog().find_cache();
    if (!program.ok()) GTEST_SKIP() << program.error().message;
    supervisor = testing::make_supervisor(installation);
    door = testing::make_front_door();
    spec = installation.spec("cache-001", redis_port);
    const auto started = redis::start(*supervisor, *program, spec, system_random());
    ASSERT_TRUE(started.ok()) << started.error().message;
    const auto ready = redis::wait_ready(*supervisor, spec, 10s);
    ASSERT_TRUE(ready.ok()) << ready.error().message;
    endpoint = installation.endpoint(*started, redis_port, {"127.0.0.0/8"});
    ASSERT_TRUE(door->set(endpoint).ok());
  }
  void TearDown() override {
    if (!supervisor) return;
    EXPECT_TRUE(redis::stop(*supervisor, spec, StopMode::fast).ok());
  }
  // The reply to an unauthenticated client that came through the endpoint.
  std::string tell(const std::vector<std::string>& words) {
    RespConnection client(testing::connect_tcp(endpoint.address, redis_port));
    const auto reply = client.command(words);
    return reply.ok() ? *reply : reply.error().message;
  }

  testing::Installation installation;
  Result<Program> program = Error{};
  std::unique_ptr<Supervisor> supervisor;
  std::unique_ptr<frontdoor::FrontDoor> door;
  InstanceSpec spec;
  frontdoor::Endpoint endpoint;
};

TEST_F(Redis, OneSourceIsAdmittedAndAnotherIsNot) {
  endpoint.admission = testing::admission({"127.0.0.2/32"});
  ASSERT_TRUE(door->set(endpoint).ok());
  RespConnection admitted(testing::connect_tcp(endpoint.address, redis_port, "127.0.0.2"));
  const auto info = admitted.command({"CLIENT", "LIST"});
  ASSERT_TRUE(info.ok()) << info.error().message;
  EXPECT_NE(info->find(" addr=127.0.0.2:"), std::string::npos) << *info;
  EXPECT_NE(info->find(fmt::format(" laddr={}:6379", endpoint.address.str())), std::string::npos) << *info;
  const Fd denied = testing::connect_tcp(endpoint.address, redis_port, "127.0.0.3");
  if (denied.valid()) {
    EXPECT_EQ(ask(denied.get(), "PING\r\n", "PONG"), "reset");
  }
  // The admitted one keeps its session when its rule goes.
  endpoint.admission = testing::admission({"127.0.0.3/32"});
  ASSERT_TRUE(door->set(endpoint).ok());
  EXPECT_EQ(*admitted.command({"PING"}), "PONG");
}

TEST_F(Redis, OrdinaryCommandsWork) {
  EXPECT_EQ(tell({"SET", "k", "v"}), "OK");
  EXPECT_EQ(tell({"GET", "k"}), "v");
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"KEYS", "*"}, {"INFO"}, {"CLIENT", "LIST"}, {"SLOWLOG", "GET"}, {"EVAL", "return 1", "0"},
           {"OBJECT", "ENCODING", "k"}, {"COMMAND", "COUNT"}, {"SCRIPT", "LOAD", "return 1"}, {"MEMORY", "USAGE", "k"},
           {"PUBSUB", "CHANNELS"}, {"ROLE"}, {"LATENCY", "LATEST"}, {"DBSIZE"}, {"SORT", "l"}, {"LASTSAVE"},
           {"ACL", "WHOAMI"}, {"FLUSHDB"}, {"FLUSHALL"}, {"XADD", "s", "*", "a", "b"}, {"XINFO", "STREAM", "s"}}) {
    EXPECT_EQ(tell(words).find("NOPERM"), std::string::npos) << words[0] << ": " << tell(words);
  }
}

TEST_F(Redis, UnauthenticatedClientsGetNoRestrictedCommand) {
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"CONFIG", "GET", "*"}, {"CONFIG", "SET", "dir", "/tmp"}, {"CONFIG", "REWRITE"},
           {"REPLICAOF", "127.0.0.1", "1"}, {"SLAVEOF", "127.0.0.1", "1"}, {"SHUTDOWN"}, {"SHUTDOWN", "NOSAVE"},
           {"MODULE", "LOAD", "/tmp/x.so"}, {"MODULE", "LIST"}, {"DEBUG", "SLEEP", "0"}, {"BGSAVE"},
           {"BGREWRITEAOF"}, {"SAVE"}, {"SYNC"}, {"PSYNC", "?", "-1"}, {"MIGRATE", "h", "1", "k", "0", "1"},
           {"FAILOVER"}, {"ACL", "SETUSER", "default", "+@all"}, {"ACL", "DELUSER", "x"}, {"ACL", "LOAD"},
           {"ACL", "SAVE"}, {"ACL", "LIST"}, {"ACL", "GETUSER", "haar-admin"}, {"ACL", "USERS"},
           {"CLUSTER", "MEET", "127.0.0.1", "1"}, {"CLUSTER", "RESET"}, {"CLUSTER", "ADDSLOTS", "1"},
           {"EVAL", "return redis.call('config','get','*')", "0"}}) {
    const std::string reply = tell(words);
    EXPECT_TRUE(reply.find("NOPERM") != std::string::npos || reply.find("not allowed") != std::string::npos)
        << words[0] << ": " << reply;
  }
  EXPECT_EQ(tell({"PING"}), "PONG");
  EXPECT_NE(tell({"AUTH", "haar-admin", ""}).find("WRONGPASS"), std::string::npos);
}

TEST_F(Redis, HaarAdministersThroughItsOwnAccount) {
  const auto value = redis::admin_command(spec, {"CONFIG", "GET", "save"});
  ASSERT_TRUE(value.ok()) << value.error().message;
  EXPECT_EQ(*value, "save\n");
  struct stat status{};
  ASSERT_EQ(::stat((spec.folder + "/admin").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  const auto secret = read_file(spec.folder + "/admin");
  EXPECT_EQ(secret->size(), 48U);
  const auto config = read_file(spec.conf() + "/redis.conf");
  EXPECT_EQ(config->find(*secret), std::string::npos);
}

TEST_F(Redis, NotEvenTheAdministratorReachesOtherFilesOrLoadsCode) {
  EXPECT_FALSE(redis::admin_command(spec, {"CONFIG", "SET", "dir", "/tmp"}).ok());
  const std::string target = installation.state() + "/outside.so";
  ASSERT_TRUE(write_file_durably(target, "x", 0755).ok());
  EXPECT_FALSE(redis::admin_command(spec, {"MODULE", "LOAD", target}).ok());
  EXPECT_TRUE(redis::admin_command(spec, {"SAVE"}).ok());  // its own folder is its own
}

TEST_F(Redis, ManyConnectionsAtOnceAllArrive) {
  // More than the engine's queue holds: the front door keeps them until there is room.
  ASSERT_TRUE(redis::admin_command(spec, {"PING"}).ok());
  std::vector<Fd> clients;
  for (int i = 0; i < 300; ++i) {
    clients.push_back(testing::connect_tcp(endpoint.address, redis_port));
    ASSERT_TRUE(clients.back().valid());
  }
  for (const Fd& client : clients) EXPECT_EQ(ask(client.get(), "PING\r\n", "PONG"), "+PONG\r\n");
}

TEST_F(Redis, ClientsThatDoNotReadTakeNoMoreThanTheNodesMemory) {
  constexpr std::size_t node_bytes = 64U << 20, generous = 2 * node_bytes;
  const pid_t pid = *supervisor->running(spec.id);
  ASSERT_EQ(tell({"SET", "large", std::string(1U << 20, 'x')}), "OK");
  RespConnection reader(testing::connect_tcp(endpoint.address, redis_port));  // one that reads, all the while
  std::vector<Fd> deaf;
  for (int i = 0; i < 600; ++i) {
    deaf.push_back(testing::connect_tcp(endpoint.address, redis_port));
    ASSERT_TRUE(deaf.back().valid());
    std::string gets;
    for (int n = 0; n < 4; ++n) gets += "GET large\r\n";
    (void)!::send(deaf.back().get(), gets.data(), gets.size(), MSG_NOSIGNAL);
    if (i % 20 == 0) {
      const auto value = reader.command({"GET", "large"});
      ASSERT_TRUE(value.ok()) << value.error().message;
      EXPECT_EQ(value->size(), 1U << 20);
    }
    ASSERT_LT(resident_bytes(pid), generous) << i;
  }
  EXPECT_EQ(tell({"STRLEN", "large"}), std::to_string(1U << 20));
  EXPECT_EQ(tell({"SET", "small", "x"}), "OK");
}

TEST_F(Redis, AClientCannotExemptItselfFromThat) {
  if (program->major < 7) GTEST_SKIP() << "there is no such command";
  EXPECT_NE(tell({"CLIENT", "NO-EVICT", "on"}).find("NOPERM"), std::string::npos);
}

TEST_F(Redis, ARequestLargerThanTheReserveEndsItsClientAlone) {
  const pid_t pid = *supervisor->running(spec.id);
  std::vector<Fd> clients;
  for (int i = 0; i < 8; ++i) {  // each announces much, and sends a good part of it
    clients.push_back(testing::connect_tcp(endpoint.address, redis_port));
    std::string request = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$500000000\r\n" + std::string(24U << 20, 'x');
    for (std::string_view left = request; !left.empty();) {
      const ssize_t sent = ::send(clients.back().get(), left.data(), left.size(), MSG_NOSIGNAL);
      if (sent <= 0) break;  // it has been ended
      left.remove_prefix(static_cast<std::size_t>(sent));
    }
    ASSERT_LT(resident_bytes(pid), 128U << 20);
  }
  EXPECT_EQ(tell({"SET", "k", std::string(8U << 20, 'x')}), "OK");
}

TEST_F(Redis, DoorResetsClientsOfAnEngineThatIsGoneAndServesARestartedOne) {
  ASSERT_TRUE(redis::stop(*supervisor, spec, StopMode::immediate).ok());
  const Fd client = testing::connect_tcp(endpoint.address, redis_port);
  if (client.valid()) {
    EXPECT_EQ(ask(client.get(), "PING\r\n", "PONG"), "reset");
  }
  ASSERT_TRUE(redis::start(*supervisor, *program, spec, system_random()).ok());
  ASSERT_TRUE(redis::wait_ready(*supervisor, spec, 10s).ok());
  EXPECT_EQ(tell({"PING"}), "PONG");
  EXPECT_EQ(tell({"DBSIZE"}), "0");
}

TEST_F(Redis, AnEngineWhoseHandoffSocketIsGoneIsEnded) {
  // As if somebody had tidied the run folder: nobody can be handed to it, haar neither.
  ASSERT_EQ(::unlink(spec.handoff().c_str()), 0);
  EXPECT_EQ(redis::wait_ready(*supervisor, spec, 10s).error().code, "EngineHandoffMissing");
  EXPECT_FALSE(supervisor->running(spec.id));
}

TEST_F(Redis, EveryWaitEndsWhenHaarIsStopped) {
  ASSERT_EQ(::unlink(spec.handoff().c_str()), 0);
  supervisor->cancel();
  EXPECT_EQ(redis::wait_ready(*supervisor, spec, 1h).error().code, "Stopping");
  EXPECT_EQ(redis::start(*supervisor, *program, installation.spec("cache-002", redis_port), system_random()).error().code,
            "Stopping");
  EXPECT_TRUE(supervisor->stop_all({spec.id}, SIGTERM, 10s).ok());
}

TEST(Memcached, ServesThroughItsEndpoint) {
  const auto program = testing::catalog().find(Engine::memcached);
  if (!program.ok()) GTEST_SKIP() << program.error().message;
  const testing::Installation installation;
  const auto supervisor = testing::make_supervisor(installation);
  const auto door = testing::make_front_door();
  const auto spec = installation.spec("mc-0001", memcached_port);
  const auto started = memcached::start(*supervisor, *program, spec);
  ASSERT_TRUE(started.ok()) << started.error().message;
  const auto ready = memcached::wait_ready(*supervisor, spec, 10s);
  EXPECT_TRUE(ready.ok()) << ready.error().message;
  auto endpoint = installation.endpoint(*started, memcached_port, {"127.0.0.2/32"});
  ASSERT_TRUE(door->set(endpoint).ok());
  const Fd client = testing::connect_tcp(endpoint.address, memcached_port, "127.0.0.2");
  EXPECT_EQ(ask(client.get(), "set k 0 0 5\r\nhello\r\n", "\r\n"), "STORED\r\n");
  EXPECT_EQ(ask(client.get(), "get k\r\n", "END\r\n"), "VALUE k 0 5\r\nhello\r\nEND\r\n");
  EXPECT_NE(ask(client.get(), "version\r\n", "\r\n").find(program->version), std::string::npos);
  EXPECT_NE(ask(client.get(), "stats conns\r\n", "END\r\n").find("tcp:127.0.0.2:"), std::string::npos);
  EXPECT_EQ(ask(client.get(), "shutdown\r\n", "\r\n"), "ERROR: shutdown not enabled\r\n");
  const Fd denied = testing::connect_tcp(endpoint.address, memcached_port, "127.0.0.3");
  if (denied.valid()) {
    EXPECT_EQ(ask(denied.get(), "version\r\n", "\r\n"), "reset");
  }
  EXPECT_TRUE(memcached::stop(*supervisor, spec, StopMode::fast).ok());
  EXPECT_TRUE(remove_instance(*supervisor, spec).ok());
  EXPECT_NE(::access(spec.folder.c_str(), F_OK), 0);
}

}  // namespace
}  // namespace haar::engines
