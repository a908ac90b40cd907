// The shim in a real process: the probe, started with it preloaded.
#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <filesystem>

#include "base/file.h"
#include "frontdoor/handoff.h"

namespace haar::frontdoor {
namespace {

class Shim : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NE(::mkdtemp(folder.data()), nullptr);
    ASSERT_EQ(::chmod(folder.c_str(), 0777), 0);
    files = install_shim(folder + "/lib").value();
    path = folder + "/handoff";
  }
  void TearDown() override {
    if (pid > 0) ::waitpid(pid, nullptr, 0);
    std::filesystem::remove_all(folder);
  }
  // `tls`: what the probe listens on is the port of clients on TLS; nobody listens on the other.
  void start_probe(uid_t owner, bool tls = false) {
    auto handoff = make_handoff_socket(path);
    ASSERT_TRUE(handoff.ok()) << handoff.error().message;
    token = handoff->token;
    ASSERT_EQ(::chmod(path.c_str(), 0777), 0);
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    const Fd reading(ends[0]), writing(ends[1]);
    ASSERT_EQ(::write(writing.get(), token.data(), token.size()), static_cast<ssize_t>(token.size()));
    // Inherited by the probe, as an engine inherits them.
    const Fd bound(::fcntl(handoff->socket.get(), F_DUPFD, 50)), told(::fcntl(reading.get(), F_DUPFD, 50));
    const Fd idle(::socket(AF_UNIX, SOCK_DGRAM, 0));
    const std::string preload = "LD_PRELOAD=" + files.shim,
                      where = "HAAR_SHIM_SOCKET=" + std::to_string((tls ? idle : bound).get()),
                      port = tls ? "HAAR_SHIM_PORT=6379" : "HAAR_SHIM_PORT=5432",
                      where_tls = "HAAR_SHIM_TLS_SOCKET=" + std::to_string(bound.get()),
                      what = "HAAR_SHIM_TOKEN=" + std::to_string(told.get()),
                      who = "HAAR_SHIM_UID=" + std::to_string(owner), code = folder + "/code";
    std::array<const char*, 8> environment{preload.c_str(), where.c_str(), what.c_str(), who.c_str(), port.c_str()};
    if (tls) environment = {preload.c_str(), where.c_str(), what.c_str(), who.c_str(), port.c_str(), where_tls.c_str(),
                            "HAAR_SHIM_TLS_PORT=5432", nullptr};
    std::array<const char*, 5> arguments{files.probe.c_str(), "5432", "/etc/hostname", code.c_str(), nullptr};
    ASSERT_EQ(posix_spawn(&pid, files.probe.c_str(), nullptr, nullptr, const_cast<char**>(arguments.data()),
                          const_cast<char**>(environment.data())), 0);
  }
  // A message of the caller's making.
  bool send(const std::vector<int>& descriptors) const { return send(descriptors, token); }
  bool send(const std::vector<int>& descriptors, std::string payload) const {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    const Fd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    iovec data{payload.data(), payload.size()};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * 8)> control{};
    msghdr message{};
    message.msg_name = &address;
    message.msg_namelen = sizeof address;
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    if (!descriptors.empty()) {
      message.msg_control = control.data();
      message.msg_controllen = CMSG_SPACE(sizeof(int) * descriptors.size());
      cmsghdr* header = CMSG_FIRSTHDR(&message);
      header->cmsg_level = SOL_SOCKET;
      header->cmsg_type = SCM_RIGHTS;
      header->cmsg_len = CMSG_LEN(sizeof(int) * descriptors.size());
      std::memcpy(CMSG_DATA(header), descriptors.data(), sizeof(int) * descriptors.size());
    }
    return ::sendmsg(socket.get(), &message, 0) == static_cast<ssize_t>(payload.size());
  }
  static std::string hear(int fd) {
    std::string out;
    std::array<char, 512> buffer{};
    for (;;) {
      pollfd readable{fd, POLLIN, 0};
      if (::poll(&readable, 1, 10'000) != 1) return out + "silence";
      const ssize_t got = ::read(fd, buffer.data(), buffer.size());
      if (got <= 0) return out;
      out.append(buffer.data(), static_cast<std::size_t>(got));
    }
  }
  struct Pair {
    Fd client, server;
  };
  static Pair connection() {
    const Fd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    Pair out;
    out.client = Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    EXPECT_EQ(::bind(listener.get(), generic, size), 0);
    EXPECT_EQ(::listen(listener.get(), 1), 0);
    EXPECT_EQ(::getsockname(listener.get(), generic, &size), 0);
    EXPECT_EQ(::connect(out.client.get(), generic, size), 0);
    out.server = Fd(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    return out;
  }
  static std::string name_of(int fd) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
    return std::string(::inet_ntoa(address.sin_addr)) + ":" + std::to_string(ntohs(address.sin_port));
  }

  std::string folder = "/tmp/haar-shim-XXXXXX", path, token;
  ShimFiles files;
  pid_t pid = 0;
};

TEST_F(Shim, ListenerBecomesAUnixSocketAndThePeerIsTheClient) {
  start_probe(::geteuid());
  auto pair = connection();
  ASSERT_TRUE(send({pair.server.get()}));
  pair.server.reset();
  const std::string heard = hear(pair.client.get());
  // preload=0: the environment is cleared.
  EXPECT_TRUE(heard.starts_with("peer=" + name_of(pair.client.get()) + " preload=0 ")) << heard;
}

TEST_F(Shim, AListenerForTlsIsReplacedLikeTheOther) {
  start_probe(::geteuid(), true);
  auto pair = connection();
  ASSERT_TRUE(send({pair.server.get()}));
  pair.server.reset();
  const std::string heard = hear(pair.client.get());
  EXPECT_TRUE(heard.starts_with("peer=" + name_of(pair.client.get()) + " preload=0 ")) << heard;
}

TEST_F(Shim, StrangeMessagesAreDroppedAndTheNextClientServed) {
  start_probe(::geteuid());
  auto one = connection(), two = connection();
  ASSERT_TRUE(send({}));                                      // no descriptor
  ASSERT_TRUE(send({one.server.get(), one.server.get()}));    // two
  ASSERT_TRUE(send({one.server.get(), one.server.get(), one.server.get(), one.server.get(), one.server.get(),
                    one.server.get()}));                      // more than there is room for
  const Fd file(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  ASSERT_TRUE(send({file.get()}));                            // no socket
  ASSERT_TRUE(send({two.server.get()}));
  two.server.reset();
  one.server.reset();
  EXPECT_TRUE(hear(two.client.get()).starts_with("peer=" + name_of(two.client.get()) + " "));
  EXPECT_EQ(hear(one.client.get()), "");  // closed: no copy of the dropped descriptors is left open
}

TEST_F(Shim, WhoDoesNotKnowTheTokenHandsNothingOver) {
  start_probe(::geteuid());
  auto refused = connection(), admitted = connection();
  std::string almost = token;
  almost.back() = static_cast<char>(almost.back() ^ 1);
  for (const std::string& shown : {std::string("h"), almost, token + "x", token.substr(1)}) {
    ASSERT_TRUE(send({refused.server.get()}, shown));
  }
  refused.server.reset();
  EXPECT_EQ(hear(refused.client.get()), "");
  HandoffSender sender(path);  // reads the token beside the socket
  ASSERT_EQ(sender.send(admitted.server.get()), HandOver::done);
  admitted.server.reset();
  EXPECT_TRUE(hear(admitted.client.get()).starts_with("peer=" + name_of(admitted.client.get()) + " "));
}

TEST_F(Shim, TheEnginesEndOfTheHandOverSendsNothing) {
  auto own = make_handoff_socket(folder + "/own"), other = make_handoff_socket(folder + "/other");
  ASSERT_TRUE(own.ok() && other.ok());
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  (folder + "/other").copy(address.sun_path, sizeof address.sun_path);
  EXPECT_LT(::sendto(own->socket.get(), "x", 1, MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(errno, EPIPE);
  struct stat status{};
  ASSERT_EQ(::stat((folder + "/own.token").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
}

TEST_F(Shim, OnlyHaarAndRootHandOver) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to send as somebody else";
  constexpr uid_t haar = 1234, somebody = 4321;
  start_probe(haar);
  auto refused = connection(), admitted = connection();
  for (const uid_t uid : {somebody, haar}) {
    const pid_t child = ::fork();
    if (child == 0) {
      const bool became = ::setresuid(uid, uid, uid) == 0;
      ::_exit(became && send({uid == haar ? admitted.server.get() : refused.server.get()}) ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_EQ(status, 0);
  }
  refused.server.reset();
  admitted.server.reset();
  EXPECT_EQ(hear(refused.client.get()), "");
  EXPECT_TRUE(hear(admitted.client.get()).starts_with("peer=" + name_of(admitted.client.get()) + " "));
}

TEST_F(Shim, InstallingAgainKeepsWhatIsThereAndRepairsWhatIsNot) {
  struct stat before{}, after{};
  ASSERT_EQ(::stat(files.shim.c_str(), &before), 0);
  EXPECT_EQ(install_shim(folder + "/lib")->shim, files.shim);
  ASSERT_EQ(::stat(files.shim.c_str(), &after), 0);
  EXPECT_EQ(before.st_ino, after.st_ino);
  ASSERT_TRUE(write_file_durably(files.shim, std::string(static_cast<std::size_t>(before.st_size), 'x'), 0644).ok());
  ASSERT_TRUE(install_shim(folder + "/lib").ok());
  EXPECT_TRUE(read_file(files.shim)->starts_with("\x7f" "ELF"));
}

TEST_F(Shim, ASocketPathThatDoesNotFitIsRefused) {
  EXPECT_FALSE(dial("/tmp/" + std::string(200, 'x')).ok());
  HandoffSender sender("/tmp/" + std::string(200, 'x'));
  EXPECT_EQ(sender.send(0), HandOver::gone);
}

}  // namespace
}  // namespace haar::frontdoor
