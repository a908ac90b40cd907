// Users of a real Redis: what each may do, and what nobody may.
#include "engines/redis_access.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "auth/sha256.h"
#include "engines/redis.h"
#include "engines/resp.h"
#include "engines/test_support.h"
#include "frontdoor/handoff.h"

namespace haar::engines {
namespace {

using namespace std::chrono_literals;
using Users = std::map<std::string, std::string>;

constexpr std::string_view old_password = "an old password of hers", new_password = "a new password of hers!";

TEST(RedisDenials, what_is_permitted_is_not_denied_and_what_is_unknown_is) {
  const std::vector<std::string> denied =
      redis::denials({"keys", "info", "client|kill", "config|set", "acl|setuser", "acl|whoami", "something-new"});
  const auto has = [&](std::string_view word) { return std::ranges::find(denied, word) != denied.end(); };
  for (const char* word : {"-config|set", "-acl|setuser", "-something-new", "-config", "-debug", "-module", "-shutdown",
                           "-client|no-evict"})
    EXPECT_TRUE(has(word)) << word;
  for (const char* word : {"-keys", "-info", "-client|kill", "-acl|whoami"}) EXPECT_FALSE(has(word)) << word;
}

class RedisUsers : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto program = testing::catalog().find_cache();
    if (!program.ok()) GTEST_SKIP() << program.error().message;
    supervisor = testing::make_supervisor(installation);
    spec = installation.spec("cache-001", 6379);
    const auto started =
        redis::start(*supervisor, *program, spec, system_random(), redis::Begin::alone, {}, {}, true);
    ASSERT_TRUE(started.ok()) << started.error().message;
    const auto ready = redis::wait_ready(*supervisor, spec, 10s);
    ASSERT_TRUE(ready.ok()) << ready.error().message;
  }
  void TearDown() override {
    if (!supervisor) return;
    EXPECT_TRUE(redis::stop(*supervisor, spec, StopMode::fast).ok());
  }
  RespConnection connect() const { return RespConnection(frontdoor::dial(spec.handoff()).value()); }
  static std::string tell(RespConnection& client, const std::vector<std::string>& words) {
    const auto reply = client.command(words);
    return reply.ok() ? *reply : reply.error().message;
  }
  // Whether somebody with this name and password is let in.
  std::string log_in(const std::string& user, std::string_view password) const {
    RespConnection client = connect();
    return tell(client, {"AUTH", user, std::string(password)});
  }
  static std::string hashed(std::string_view password) { return "#" + auth::sha256_hex(password); }
  void give(const Users& users) {
    const Result<void> given = redis::give_access(spec, users, 5s);
    ASSERT_TRUE(given.ok()) << given.error().message;
  }

  testing::Installation installation;
  std::unique_ptr<Supervisor> supervisor;
  InstanceSpec spec;
};

TEST_F(RedisUsers, NobodyIsLetInBeforeAccessIsGiven) {
  RespConnection client = connect();
  EXPECT_NE(tell(client, {"GET", "k"}).find("NOAUTH"), std::string::npos);
  give({{"default", std::string(redis::everything)}});
  RespConnection later = connect();
  EXPECT_EQ(tell(later, {"SET", "k", "v"}), "OK");
}

TEST_F(RedisUsers, TwoPasswordsAreGoodAndOneThatWasReplacedIsNot) {
  give({{"default", "off"}, {"ana", fmt::format("on {} ~* +@all", hashed(old_password))}});
  EXPECT_EQ(log_in("ana", old_password), "OK");
  give({{"default", "off"}, {"ana", fmt::format("on {} {} ~* +@all", hashed(old_password), hashed(new_password))}});
  EXPECT_EQ(log_in("ana", old_password), "OK");
  EXPECT_EQ(log_in("ana", new_password), "OK");
  give({{"default", "off"}, {"ana", fmt::format("on {} ~* +@all", hashed(new_password))}});
  EXPECT_NE(log_in("ana", old_password).find("WRONGPASS"), std::string::npos);
  EXPECT_EQ(log_in("ana", new_password), "OK");
}

TEST_F(RedisUsers, WhoIsNotNamedGoesWithHisSessionsAndTheDefaultUserIsClosed) {
  give({{"default", std::string(redis::everything)}, {"ana", fmt::format("on {} ~* +@all", hashed(new_password))}});
  RespConnection session = connect();
  ASSERT_EQ(tell(session, {"AUTH", "ana", std::string(new_password)}), "OK");
  give({{"ben", "on nopass ~* +@all"}});
  EXPECT_NE(tell(session, {"PING"}), "PONG");
  EXPECT_NE(log_in("ana", new_password).find("WRONGPASS"), std::string::npos);
  RespConnection anybody = connect();
  EXPECT_NE(tell(anybody, {"PING"}).find("NOAUTH"), std::string::npos);
  EXPECT_TRUE(redis::admin_command(spec, {"PING"}).ok());  // haar's own are not touched
}

TEST_F(RedisUsers, RulesHoldAndNobodyGetsARestrictedCommand) {
  give({{"default", std::string(redis::everything)},
        {"ana", "on nopass ~mine:* resetchannels -@all +@read +set +config +@admin"}});
  for (const char* user : {"default", "ana"}) {
    RespConnection client = connect();
    ASSERT_EQ(tell(client, {"AUTH", user, "any"}), "OK");
    for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
             {"CONFIG", "GET", "*"}, {"CONFIG", "SET", "dir", "/tmp"}, {"REPLICAOF", "127.0.0.1", "1"}, {"SHUTDOWN"},
             {"MODULE", "LIST"}, {"DEBUG", "SLEEP", "0"}, {"BGSAVE"}, {"SAVE"}, {"SYNC"}, {"PSYNC", "?", "-1"},
             {"FAILOVER"}, {"ACL", "SETUSER", "ana", "+@all"}, {"ACL", "LIST"}, {"ACL", "USERS"}, {"ACL", "SAVE"},
             {"CLUSTER", "RESET"}, {"CLIENT", "NO-EVICT", "on"}, {"EVAL", "return redis.call('config','get','*')", "0"}}) {
      const std::string reply = tell(client, words);
      EXPECT_TRUE(reply.find("NOPERM") != std::string::npos || reply.find("not allowed") != std::string::npos)
          << user << " " << words[0] << ": " << reply;
    }
  }
  RespConnection client = connect();
  ASSERT_EQ(tell(client, {"AUTH", "ana", "any"}), "OK");
  EXPECT_EQ(tell(client, {"SET", "mine:1", "v"}), "OK");
  EXPECT_EQ(tell(client, {"GET", "mine:1"}), "v");
  EXPECT_NE(tell(client, {"GET", "yours:1"}).find("NOPERM"), std::string::npos);
  EXPECT_NE(tell(client, {"DEL", "mine:1"}).find("NOPERM"), std::string::npos);
  RespConnection anybody = connect();
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"KEYS", "*"}, {"INFO", "server"}, {"DBSIZE"}, {"CLIENT", "LIST"}})
    EXPECT_FALSE(tell(anybody, words).starts_with("redis: NOPERM")) << words[0];
}

TEST_F(RedisUsers, ARuleThatTheServerDoesNotTakeChangesNothing) {
  give({{"default", "off"}, {"ana", fmt::format("on {} ~* +@all", hashed(old_password))}});
  const Result<void> given =
      redis::give_access(spec, {{"ana", fmt::format("on {} ~* +@all", hashed(new_password))}, {"ben", "on +no-such"}}, 5s);
  ASSERT_FALSE(given.ok());
  EXPECT_EQ(log_in("ana", old_password), "OK");
  EXPECT_NE(log_in("ben", old_password).find("WRONGPASS"), std::string::npos);
  EXPECT_FALSE(redis::give_access(spec, {{"haar-admin", "on nopass +@all"}}, 5s).ok());
}

}  // namespace
}  // namespace haar::engines
