// Servers that do not behave: what a tenant could put in the place of MySQL.
#include "engines/mysql_connection.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <memory>

#include "base/thread.h"

namespace haar::engines::mysql {
namespace {

using namespace std::chrono_literals;

constexpr const char* secret = "s3cr3t-of-haar";

// What it sends first, what it sends after the log-in, and what it sends after a statement.
struct Script {
  std::string greeting, after_login, after_statement;
};

std::string packet(int sequence, const std::string& payload) {
  std::string out{static_cast<char>(payload.size() & 0xffU), static_cast<char>(payload.size() >> 8U & 0xffU),
                  static_cast<char>(payload.size() >> 16U), static_cast<char>(sequence)};
  return out + payload;
}
std::string greeting() {
  std::string out = std::string("\x0a") + "8.0.31" + std::string("\0\x01\0\0\0", 5) + "abcdefgh" + std::string(1, '\0');
  out += std::string("\xff\xf7\x2d\x02\0\xff\xdf\x15", 8) + std::string(10, '\0') + "ijklmnopqrst" + std::string(1, '\0');
  return packet(0, out + "mysql_native_password" + std::string(1, '\0'));
}
const std::string ok = packet(2, std::string("\0\0\0\x02\0\0\0", 7));

// Plays the script and gives back all that it was told.
class Server {
 public:
  explicit Server(Script script) {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    client_ = Fd(ends[0]);
    thread_ = std::make_unique<Thread>("test-server", [this, end = std::make_shared<Fd>(ends[1]), script = std::move(script)] {
      for (const std::string& text : {script.greeting, script.after_login, script.after_statement}) {
        for (std::string_view rest = text; !rest.empty();) {
          const ssize_t put = ::send(end->get(), rest.data(), rest.size(), MSG_NOSIGNAL);
          if (put <= 0) return;
          rest.remove_prefix(static_cast<std::size_t>(put));
        }
        std::array<char, 4096> bytes{};
        const ssize_t got = ::recv(end->get(), bytes.data(), bytes.size(), 0);
        if (got <= 0) return;
        heard_.append(bytes.data(), static_cast<std::size_t>(got));
      }
    });
  }
  ~Server() { thread_.reset(); }
  Result<Connection> connect() {
    Connection::Login login;
    login.user = "rdsadmin";
    login.password = secret;
    login.patience = 2s;
    return Connection::open(std::move(client_), login);
  }
  const std::string& heard() {
    thread_.reset();
    return heard_;
  }

 private:
  Fd client_;
  std::string heard_;
  std::unique_ptr<Thread> thread_;
};

std::string logging_in(const Script& script) {
  Server server(script);
  std::string said = "ok";
  {
    const Result<Connection> session = server.connect();
    if (!session.ok()) said = session.error().code + ": " + session.error().message;
  }
  EXPECT_EQ(server.heard().find(secret), std::string::npos) << "the secret was sent in the clear";
  return said;
}

std::string asking(const std::string& answer) {
  Server server({greeting(), ok, answer});
  std::string said = "ok";
  {
    Result<Connection> session = server.connect();
    EXPECT_TRUE(session.ok()) << session.error().message;
    if (session.ok()) {
      const auto rows = session->rows("SELECT 1");
      if (!rows.ok()) said = rows.error().code + ": " + rows.error().message;
    }
  }
  return said;
}

TEST(MysqlConnection, LogsInAndReadsAnAnswer) {
  EXPECT_EQ(logging_in({greeting(), ok, ""}), "ok");
  const std::string column = packet(2, "a column");
  const std::string end = packet(3, std::string("\xfe\0\0\x02\0", 5));
  EXPECT_EQ(asking(packet(1, "\x01") + column + end + packet(4, "\x01" "7") + packet(5, "\xfb") + end), "ok");
}

TEST(MysqlConnection, AServerGetsNoPasswordInTheClear) {
  for (const char* plugin : {"mysql_clear_password", "caching_sha2_password", "dialog", "../../x"}) {
    const std::string said = logging_in({greeting(), packet(2, std::string("\xfe") + plugin + std::string(1, '\0') + "x"), ""});
    EXPECT_EQ(said, std::string("EngineNotReady: mysql: it asks for the log-in ") + plugin);
  }
  // More data, instead of a switch: what caching_sha2_password asks the clear password with.
  EXPECT_NE(logging_in({greeting(), packet(2, "\x01\x04"), ""}), "ok");
  // And whoever asks again and again is not answered for ever.
  std::string again;
  for (int i = 0; i < 50; ++i)
    again += packet(2 + 2 * i, std::string("\xfe") + "mysql_native_password" + std::string(1, '\0') + "abcdefghijklmnopqrst");
  const std::string said = logging_in({greeting(), again, ""});
  // The server here hangs up when it has sent them all, which may come first.
  EXPECT_TRUE(said == "EngineNotReady: mysql: it asks too much" || said == "EngineNotReady: mysql: the connection broke") << said;
}

TEST(MysqlConnection, AServerGetsNoFile) {
  EXPECT_EQ(asking(packet(1, "\xfb/etc/passwd")), "EngineCommandFailed: mysql: it asks for a file");
}

TEST(MysqlConnection, NonsenseIsAnErrorAndNoMore) {
  for (const std::string& text : {std::string("HTTP/1.1 200 OK\r\n\r\n"), std::string(64, '\xff'), packet(0, ""),
                                  packet(0, "\x0a"), packet(0, "\x0a" + std::string(300, 'v')),
                                  packet(0, "\xff\x10\x04#HY000Too many")}) {
    const std::string said = logging_in({text, "", ""});
    EXPECT_EQ(said.rfind("EngineNotReady: ", 0), 0U) << said;
  }
  for (const std::string& text : {packet(1, "\xfc"), packet(1, "\x02") + packet(2, "c") + packet(3, "c") + packet(4, "no end"),
                                  packet(1, "\xff\x10\x04#42000No"), std::string("\xff\xff\xff\x01", 4)}) {
    EXPECT_NE(asking(text), "ok");
  }
}

TEST(MysqlConnection, AnAnswerHasASize) {
  std::string rows = packet(1, "\x01") + packet(2, "c") + packet(3, std::string("\xfe\0\0\x02\0", 5));
  const std::string row = packet(4, "\xfd" + std::string("\0\0\x01", 3) + std::string(65536, 'x'));
  for (int i = 0; i < 100; ++i) rows += row;
  EXPECT_EQ(asking(rows), "EngineNotReady: mysql: it sends too much");
}

TEST(MysqlConnection, TextsInStatementsStayTexts) {
  EXPECT_EQ(literal("a'b\\"), "CONVERT(0x6127625c USING utf8mb4)");
  EXPECT_EQ(identifier("a`b").value(), "`a``b`");
  EXPECT_FALSE(identifier("").ok());
  EXPECT_FALSE(identifier(std::string("a\0b", 3)).ok());
}

}  // namespace
}  // namespace haar::engines::mysql
