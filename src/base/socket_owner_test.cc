#include "base/socket_owner.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace haar {
namespace {

TcpEnd end_of(int fd, bool peer) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  if (peer) ::getpeername(fd, reinterpret_cast<sockaddr*>(&address), &size);
  else ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  return {IpAddress::v4(ntohl(address.sin_addr.s_addr)), ntohs(address.sin_port)};
}

// An accepted connection whose client is of another process, run as `user`.
class Connection {
 public:
  explicit Connection(uid_t user) {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address);
    ::listen(listener, 1);
    socklen_t size = sizeof address;
    ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
    client_ = ::fork();
    if (client_ == 0) {
      if (user != ::geteuid() && ::setuid(user) != 0) ::_exit(1);
      const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
      if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) ::_exit(1);
      char byte;
      (void)!::read(fd, &byte, 1);  // until the other side is closed
      ::_exit(0);
    }
    accepted_ = ::accept(listener, nullptr, nullptr);
    ::close(listener);
  }
  ~Connection() {
    ::close(accepted_);
    ::waitpid(client_, nullptr, 0);
  }
  [[nodiscard]] int accepted() const { return accepted_; }

 private:
  pid_t client_ = -1;
  int accepted_ = -1;
};

TEST(SocketOwner, IsTheUserOfTheClient) {
  const Connection own(::geteuid());
  EXPECT_EQ(owner_of_peer(end_of(own.accepted(), false), end_of(own.accepted(), true)), ::geteuid());
  if (::geteuid() != 0) GTEST_SKIP() << "only root can be another user";
  const Connection other(65534);
  EXPECT_EQ(owner_of_peer(end_of(other.accepted(), false), end_of(other.accepted(), true)), 65534U);
}

TEST(SocketOwner, IsNobodyWhereNoConnectionIs) {
  const Connection own(::geteuid());
  TcpEnd peer = end_of(own.accepted(), true);
  peer.address = *IpAddress::parse("127.9.9.9");
  EXPECT_EQ(owner_of_peer(end_of(own.accepted(), false), peer), std::nullopt);
  peer.address = *IpAddress::parse("::1");
  EXPECT_EQ(owner_of_peer(end_of(own.accepted(), false), peer), std::nullopt);
}

}  // namespace
}  // namespace haar
