#include "main/operator.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/json/serialize.hpp>

#include "base/file.h"
#include "base/thread.h"
#include "main/temp_folder.h"

namespace haar::main {
namespace {

namespace json = boost::json;
using testing::Environment;
using testing::TempFolder;

class Operator : public ::testing::Test {
 protected:
  void start() {
    server_.on("echo",
               [](const json::object& arguments) -> Result<json::value> { return json::value(arguments); });
    server_.on("fail", [](const json::object&) -> Result<json::value> {
      return Error{"NoSuchThing", "there is no such thing", 404, Fault::sender};
    });
    server_.on("throw",
               [](const json::object&) -> Result<json::value> { throw std::runtime_error("inside"); });
    const auto started = server_.start(path_);
    ASSERT_TRUE(started.ok()) << started.error().message;
  }

  [[nodiscard]] std::string token() const { return read_file(path_ + ".token").value(); }
  // What the server says to these bytes.
  std::string raw(const std::string& bytes, bool finish = true) {
    const Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path_.copy(address.sun_path, sizeof address.sun_path - 1);
    EXPECT_EQ(::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    std::size_t sent = 0;
    while (sent < bytes.size()) {
      const ssize_t n = ::send(fd.get(), bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      if (n <= 0) break;
      sent += static_cast<std::size_t>(n);
    }
    if (finish) ::shutdown(fd.get(), SHUT_WR);
    std::string answer;
    char buffer[4096];
    for (ssize_t n; (n = ::recv(fd.get(), buffer, sizeof buffer, 0)) > 0;)
      answer.append(buffer, static_cast<std::size_t>(n));
    return answer;
  }

  TempFolder folder_;
  std::string path_ = folder_ / "operator.sock";
  OperatorServer server_;
};

TEST_F(Operator, VerbsGetTheirArgumentsAndAnswer) {
  start();
  const auto answer = ask_operator(path_, "echo", {{"text", "one\ntwo"}, {"number", 3}});
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  EXPECT_EQ(json::serialize(*answer), R"({"text":"one\ntwo","number":3})");
}

TEST_F(Operator, ErrorsArriveWithCodeAndMessage) {
  start();
  const auto failed = ask_operator(path_, "fail");
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().code, "NoSuchThing");
  EXPECT_EQ(failed.error().message, "there is no such thing");
  EXPECT_EQ(ask_operator(path_, "unheard").error().code, "UnknownVerb");
  EXPECT_EQ(ask_operator(path_, "throw").error().code, "InternalFailure");
  EXPECT_TRUE(ask_operator(path_, "echo").ok());  // and the server lives on
}

TEST_F(Operator, TheSocketIsForItsOwnerAlone) {
  start();
  struct stat seen{};
  ASSERT_EQ(stat(path_.c_str(), &seen), 0);
  EXPECT_EQ(seen.st_mode & 0777, 0600U);
  EXPECT_TRUE(operator_may_ask(1000, 1000));
  EXPECT_TRUE(operator_may_ask(0, 1000));
  EXPECT_FALSE(operator_may_ask(1001, 1000));
  EXPECT_FALSE(operator_may_ask(1000, 0));
}

TEST_F(Operator, AnotherUserIsRefusedEvenWhenTheModeWouldAllowIt) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can become somebody else";
  start();
  ASSERT_EQ(chmod(folder_.path().c_str(), 0755), 0);
  ASSERT_EQ(chmod(path_.c_str(), 0666), 0);
  const pid_t child = fork();
  if (child == 0) {
    if (setresuid(65534, 65534, 65534) != 0) _exit(3);
    const Fd fd(::socket(AF_UNIX, SOCK_STREAM, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path_.copy(address.sun_path, sizeof address.sun_path - 1);
    if (::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) _exit(4);
    const std::string request = "{\"verb\":\"echo\"}\n";
    (void)!::send(fd.get(), request.data(), request.size(), MSG_NOSIGNAL);
    char byte;
    _exit(::recv(fd.get(), &byte, 1, 0) > 0 ? 1 : 0);
  }
  int state = 0;
  ASSERT_EQ(waitpid(child, &state, 0), child);
  EXPECT_EQ(WEXITSTATUS(state), 0);
}

TEST_F(Operator, TheRightUserWithoutTheTokenIsRefused) {
  start();
  std::string almost = token();
  almost.back() = almost.back() == 'a' ? 'b' : 'a';
  for (const std::string& shown : {std::string("\"\""), std::string("1"), "\"" + almost + "\"", "\"" + token() + "x\""}) {
    const std::string answer = raw("{\"verb\":\"echo\",\"token\":" + shown + "}\n");
    EXPECT_NE(answer.find("TokenRequired"), std::string::npos) << answer;
    EXPECT_EQ(answer.find(token()), std::string::npos) << "an error shows no secret";
  }
  EXPECT_NE(raw("{\"verb\":\"echo\"}\n").find("TokenRequired"), std::string::npos);
  EXPECT_NE(raw("{\"verb\":\"echo\",\"token\":\"" + token() + "\"}\n").find("\"ok\":true"), std::string::npos);
  struct stat status{};
  ASSERT_EQ(::stat((path_ + ".token").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
}

TEST_F(Operator, MalformedRequestsAreAnsweredInWords) {
  start();
  for (const std::string& bytes :
       {std::string("\n"), std::string("hello\n"), std::string("[]\n"), std::string("{}\n"), std::string("{\"verb\":1}\n"),
        "{\"verb\":\"echo\",\"token\":\"" + token() + "\",\"arguments\":[]}\n"}) {
    EXPECT_NE(raw(bytes).find("MalformedRequest"), std::string::npos) << bytes;
  }
  EXPECT_NE(raw("{\"verb\":\"ec").find("Disconnected"), std::string::npos);
  EXPECT_TRUE(ask_operator(path_, "echo").ok());
}

TEST_F(Operator, ALineHasALimit) {
  start();
  raw(std::string(max_operator_request_bytes + 100'000, 'x'), false);  // the server ends it
  EXPECT_TRUE(ask_operator(path_, "echo").ok());
}

TEST_F(Operator, NobodyListeningIsAnErrorOfItsOwn) {
  EXPECT_EQ(ask_operator(path_, "status").error().code, "NotRunning");
  start();
  server_.stop();
  EXPECT_EQ(access(path_.c_str(), F_OK), -1);
  EXPECT_EQ(ask_operator(path_, "status").error().code, "NotRunning");
}

TEST_F(Operator, AnAbandonedSocketIsReplacedAndALiveOneIsNot) {
  {
    const Fd abandoned(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path_.copy(address.sun_path, sizeof address.sun_path - 1);
    ASSERT_EQ(::bind(abandoned.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  start();
  OperatorServer second;
  EXPECT_EQ(second.start(path_).error().code, "OperatorSocketInUse");
  EXPECT_TRUE(ask_operator(path_, "echo").ok());
}

TEST_F(Operator, AnOrdinaryFileInTheWayIsLeftAlone) {
  ASSERT_TRUE(write_file_durably(path_, "precious", 0600).ok());
  EXPECT_FALSE(server_.start(path_).ok());
  EXPECT_EQ(*read_file(path_), "precious");
}

TEST_F(Operator, PathsThatDoNotFitAreRefused) {
  EXPECT_FALSE(server_.start("/" + std::string(107, 'x')).ok());
}

TEST_F(Operator, ClientsInParallelAreServedInTurn) {
  start();
  std::vector<Thread> clients;
  std::atomic<int> answered{0};
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back("client", [&, i] {
      for (int n = 0; n < 20; ++n) {
        const auto answer = ask_operator(path_, "echo", {{"n", i * 100 + n}});
        if (answer.ok() && answer->at("n").as_int64() == i * 100 + n) ++answered;
      }
    });
  }
  clients.clear();
  EXPECT_EQ(answered, 160);
}

TEST_F(Operator, AServerIsChosenByFlagThenByTheEnvironment) {
  const Environment data("HAAR_DATA", "/from/environment");
  const Environment socket("HAAR_OPERATOR_SOCKET", "/chosen.sock");
  EXPECT_EQ(*choose_operator_socket("/given"), "/given/run/operator.sock");
  EXPECT_EQ(*choose_operator_socket(""), "/chosen.sock");
  const Environment none("HAAR_OPERATOR_SOCKET", nullptr);
  EXPECT_EQ(*choose_operator_socket(""), "/from/environment/run/operator.sock");
}

}  // namespace
}  // namespace haar::main
