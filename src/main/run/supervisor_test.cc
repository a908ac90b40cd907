#include "main/run/supervisor.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <vector>

#include "base/thread.h"
#include "main/run/connect_filter.h"
#include "main/run/socket_address.h"

namespace haar::main {
namespace {

const IpAddress here = *IpAddress::parse("127.0.0.1");
const IpAddress instance = *IpAddress::parse("127.77.0.9");
const IpAddress elsewhere = *IpAddress::parse("192.0.2.1");  // RFC 5737: nobody's

// A listener on a free port, and whom it has seen.
struct Target {
  Fd fd;
  std::uint16_t port = 0;

  explicit Target(const IpAddress& address = here) : fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const RawAddress raw = *to_raw({address, 0}, AF_INET);
    EXPECT_EQ(::bind(fd.get(), raw.get(), raw.size), 0);
    EXPECT_EQ(::listen(fd.get(), 16), 0);
    sockaddr_storage bound{};
    socklen_t size = sizeof bound;
    ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&bound), &size);
    port = from_raw(bound, size)->port;
  }
  [[nodiscard]] std::string next_peer() const {
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    const Fd accepted(::accept(fd.get(), reinterpret_cast<sockaddr*>(&peer), &size));
    return accepted.valid() ? IpAddress::from(peer)->str() : "nobody";
  }
};

int connect_to(const SocketAddress& to, int family = AF_INET, int flags = 0) {
  const Fd fd(::socket(family, SOCK_STREAM | flags, 0));
  const RawAddress raw = *to_raw(to, family);
  return ::connect(fd.get(), raw.get(), raw.size) == 0 ? 0 : errno;
}

// What `program` returns as the exit status of a process under the filter.
class Supervised : public ::testing::Test {
 protected:
  int run(const Router& router, const std::function<int()>& program) {
    if (const auto can = can_filter_connects(); !can.ok()) {
      ADD_FAILURE() << can.error().message;
      return -1;
    }
    int channel[2];
    EXPECT_EQ(::pipe2(channel, O_CLOEXEC), 0);
    int go[2];
    EXPECT_EQ(::pipe2(go, O_CLOEXEC), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      const int listener = install_connect_filter();
      char byte = 0;
      if (::write(channel[1], &listener, sizeof listener) < 0 || ::read(go[0], &byte, 1) < 0) ::_exit(99);
      ::_exit(program());
    }
    int listener = -1;
    EXPECT_EQ(::read(channel[0], &listener, sizeof listener), static_cast<ssize_t>(sizeof listener));
    EXPECT_GE(listener, 0);
    const Fd process(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
    ConnectSupervisor supervisor(Fd(static_cast<int>(::syscall(SYS_pidfd_getfd, process.get(), listener, 0))), router);
    EXPECT_EQ(::write(go[1], "x", 1), 1);
    int status = 0;
    supervisor.run(process.get(), [&] { return ::waitpid(child, &status, WNOHANG) == child; });
    for (const int fd : {channel[0], channel[1], go[0], go[1]}) ::close(fd);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
};

TEST_F(Supervised, WhatIsNobodysGoesOnAsItIs) {
  const Target target;
  const auto unchanged = [](const SocketAddress&) { return Route{}; };
  EXPECT_EQ(run(unchanged, [&] { return connect_to({here, target.port}); }), 0);
  EXPECT_EQ(target.next_peer(), "127.0.0.1");
}

TEST_F(Supervised, AConnectionComesFromTheSource) {
  const Target target;
  SocketAddress asked;
  const auto bound = [&](const SocketAddress& to) {
    asked = to;
    return Route{0, instance, {}};
  };
  EXPECT_EQ(run(bound, [&] { return connect_to({here, target.port}); }), 0);
  EXPECT_EQ(target.next_peer(), "127.77.0.9");
  EXPECT_EQ(asked, (SocketAddress{here, target.port}));
}

TEST_F(Supervised, AConnectionIsMadeToSomewhereElse) {
  const Target target;
  const auto redirected = [&](const SocketAddress&) { return Route{0, instance, SocketAddress{here, target.port}}; };
  EXPECT_EQ(run(redirected, [&] { return connect_to({elsewhere, 80}); }), 0);
  EXPECT_EQ(target.next_peer(), "127.77.0.9");
}

TEST_F(Supervised, SocketsOfIPv6ReachMappedAddresses) {
  const Target target;
  const auto redirected = [&](const SocketAddress&) { return Route{0, instance, SocketAddress{here, target.port}}; };
  const IpAddress v6 = *IpAddress::parse("fd00:ec2::254");
  EXPECT_EQ(run(redirected, [&] { return connect_to({v6, 80}, AF_INET6); }), 0);
  EXPECT_EQ(target.next_peer(), "127.77.0.9");
}

TEST_F(Supervised, ARefusalIsConnectsOwnError) {
  const auto refuses = [](const SocketAddress&) { return refused_route(ENETDOWN); };
  EXPECT_EQ(run(refuses, [] { return connect_to({elsewhere, 80}); }), ENETDOWN);
}

TEST_F(Supervised, WhatTheTargetSaysIsHandedBack) {
  std::uint16_t closed = 0;
  { closed = Target().port; }
  const auto redirected = [&](const SocketAddress&) { return Route{0, instance, SocketAddress{here, closed}}; };
  EXPECT_EQ(run(redirected, [] { return connect_to({elsewhere, 80}); }), ECONNREFUSED);
}

// The kernel's own words: in progress, and then connected.
TEST_F(Supervised, ANonBlockingConnectIsInProgress) {
  const Target target;
  const auto redirected = [&](const SocketAddress&) { return Route{0, instance, SocketAddress{here, target.port}}; };
  const int how = run(redirected, [] {
    const Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
    const RawAddress raw = *to_raw({elsewhere, 80}, AF_INET);
    if (::connect(fd.get(), raw.get(), raw.size) != -1 || errno != EINPROGRESS) return 1;
    pollfd waiting{fd.get(), POLLOUT, 0};
    if (::poll(&waiting, 1, 30'000) != 1) return 2;
    int error = -1;
    socklen_t size = sizeof error;
    ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    return error == 0 && (::fcntl(fd.get(), F_GETFL) & O_NONBLOCK) != 0 ? 0 : 3;
  });
  EXPECT_EQ(how, 0);
  EXPECT_EQ(target.next_peer(), "127.77.0.9");
}

// The target's queue is full, so its answer does not come: that others connect meanwhile shows that nobody waits for it.
TEST_F(Supervised, ABlockedConnectBlocksNobodyElse) {
  const Target free;
  Target full;
  EXPECT_EQ(::listen(full.fd.get(), 0), 0);
  std::vector<Fd> waiting;
  const RawAddress raw = *to_raw({here, full.port}, AF_INET);
  for (int i = 0; i < 4; ++i) {
    waiting.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    ::connect(waiting.back().get(), raw.get(), raw.size);
  }
  const auto router = [&](const SocketAddress& to) {
    return Route{0, instance, SocketAddress{here, to.port == 81 ? full.port : free.port}};
  };
  const int how = run(router, [] {
    const pid_t blocked = ::fork();
    if (blocked == 0) ::_exit(connect_to({elsewhere, 81}));
    const int other = connect_to({elsewhere, 80});
    ::kill(blocked, SIGKILL);
    int status = 0;
    ::waitpid(blocked, &status, 0);
    return other != 0 ? other : WIFSIGNALED(status) ? 0 : 98;
  });
  EXPECT_EQ(how, 0);
  EXPECT_EQ(free.next_peer(), "127.77.0.9");
}

// The time that a program gives its sends counts, and is as it was afterwards.
TEST_F(Supervised, ABlockedConnectEndsWithTheProgramsOwnTimeout) {
  Target full;
  EXPECT_EQ(::listen(full.fd.get(), 0), 0);
  std::vector<Fd> waiting;
  const RawAddress raw = *to_raw({here, full.port}, AF_INET);
  for (int i = 0; i < 4; ++i) {
    waiting.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    ::connect(waiting.back().get(), raw.get(), raw.size);
  }
  const auto router = [&](const SocketAddress&) { return Route{0, instance, SocketAddress{here, full.port}}; };
  const int how = run(router, [] {
    const Fd fd(::socket(AF_INET, SOCK_STREAM, 0));
    const timeval own{0, 200'000};
    ::setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &own, sizeof own);
    const RawAddress to = *to_raw({elsewhere, 80}, AF_INET);
    const int error = ::connect(fd.get(), to.get(), to.size) == 0 ? 0 : errno;
    timeval after{};
    socklen_t size = sizeof after;
    ::getsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &after, &size);
    return error == EINPROGRESS && after.tv_sec == 0 && after.tv_usec > 100'000 ? 0 : 1;
  });
  EXPECT_EQ(how, 0);
}

TEST_F(Supervised, WhoHasChosenAnAddressCannotBeSomebodyElse) {
  const Target target;
  const auto bound = [](const SocketAddress&) { return Route{0, instance, {}}; };
  const int how = run(bound, [&] {
    const Fd fd(::socket(AF_INET, SOCK_STREAM, 0));
    const RawAddress own = *to_raw({*IpAddress::parse("127.77.0.10"), 0}, AF_INET);
    if (::bind(fd.get(), own.get(), own.size) != 0) return 1;
    const RawAddress raw = *to_raw({here, target.port}, AF_INET);
    return ::connect(fd.get(), raw.get(), raw.size) == 0 ? 0 : errno;
  });
  EXPECT_EQ(how, EADDRNOTAVAIL);
}

TEST_F(Supervised, OtherWaysToConnectAreClosed) {
  const auto refuses = [](const SocketAddress&) { return refused_route(ENETDOWN); };
  const int how = run(refuses, [] {
    const Fd fd(::socket(AF_INET, SOCK_STREAM, 0));
    const RawAddress raw = *to_raw({here, 9}, AF_INET);
    if (::sendto(fd.get(), "x", 1, MSG_FASTOPEN, raw.get(), raw.size) != -1 || errno != EOPNOTSUPP) return 1;
    if (::syscall(SYS_io_uring_setup, 1, nullptr) != -1 || errno != ENOSYS) return 2;
    return 0;
  });
  EXPECT_EQ(how, 0);
}

TEST_F(Supervised, OtherKindsOfSocketsAreLeftAlone) {
  const auto refuses = [](const SocketAddress&) { return refused_route(ENETDOWN); };
  const int how = run(refuses, [] {
    const Fd udp(::socket(AF_INET, SOCK_DGRAM, 0));
    const RawAddress raw = *to_raw({here, 9}, AF_INET);
    if (::connect(udp.get(), raw.get(), raw.size) != 0) return 1;
    return ::connect(-1, raw.get(), raw.size) == -1 && errno == EBADF ? 0 : 2;
  });
  EXPECT_EQ(how, 0);
}

// Children of children too, and threads' numbers are not processes'.
TEST_F(Supervised, ChildrenAreHeldAsWell) {
  const Target target;
  const auto bound = [](const SocketAddress&) { return Route{0, instance, {}}; };
  const int how = run(bound, [&] {
    const pid_t child = ::fork();
    if (child == 0) {
      int failed = 1;
      { const Thread thread("test", [&] { failed = connect_to({here, target.port}); }); }
      ::_exit(failed);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WEXITSTATUS(status);
  });
  EXPECT_EQ(how, 0);
  EXPECT_EQ(target.next_peer(), "127.77.0.9");
}

}  // namespace
}  // namespace haar::main
