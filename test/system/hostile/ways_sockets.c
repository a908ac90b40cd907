// Ways out over sockets. Plain system calls: the C library's names may be haar's own in an engine.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "attempts.h"

enum { most_descriptors = 1024, unix_paths = 64, connect_ms = 2000 };

static int plain_socket(int family, int type, int protocol) {
  return (int)syscall(SYS_socket, family, type, protocol);
}

static struct sockaddr_in loopback(long port) {
  struct sockaddr_in address;
  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_port = htons((uint16_t)port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

// A name that begins with '@' is an abstract one.
static socklen_t unix_address(struct sockaddr_un *address, const char *name) {
  memset(address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  strncpy(address->sun_path, name, sizeof address->sun_path - 1);
  const socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name));
  if (name[0] == '@') address->sun_path[0] = '\0';
  return name[0] == '@' ? length : length + 1;
}

static int opens(int family, int type, int protocol) { return outcome(plain_socket(family, type, protocol)); }

static int tcp_to(long port) {
  const struct sockaddr_in address = loopback(port);
  if (port < 0) return skipped;
  const int fd = plain_socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0) return errno;
  return outcome(syscall(SYS_connect, fd, &address, sizeof address));
}

static int tcp_to_haar(void) { return tcp_to(target_number("api_port")); }
static int tcp_to_other(void) { return tcp_to(target_number("tcp_port")); }

static int tcp6(void) { return opens(AF_INET6, SOCK_STREAM, 0); }

static int tcp_listen(void) {
  const struct sockaddr_in address = loopback(0);
  const int fd = plain_socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0) return errno;
  if (syscall(SYS_bind, fd, &address, sizeof address) != 0) return errno;
  return outcome(syscall(SYS_listen, fd, 1));
}

static int udp(void) {
  const long port = target_number("udp_port");
  const struct sockaddr_in address = loopback(port);
  if (port < 0) return skipped;
  const int fd = plain_socket(AF_INET, SOCK_DGRAM, 0);
  if (fd < 0) return errno;
  return outcome(syscall(SYS_sendto, fd, "x", 1L, 0, &address, sizeof address));
}

static int udp_lite(void) { return opens(AF_INET, SOCK_DGRAM, 136 /* IPPROTO_UDPLITE */); }
static int mptcp(void) { return opens(AF_INET, SOCK_STREAM, 262 /* IPPROTO_MPTCP */); }
static int raw(void) { return opens(AF_INET, SOCK_RAW, IPPROTO_ICMP); }
static int packet(void) { return opens(AF_PACKET, SOCK_RAW, 0); }
static int netlink(void) { return opens(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE); }
static int algorithms(void) { return opens(AF_ALG, SOCK_SEQPACKET, 0); }
static int vsock(void) { return opens(AF_VSOCK, SOCK_STREAM, 0); }

static int unix_to(const char *name, int type) {
  struct sockaddr_un address;
  if (!name) return skipped;
  const socklen_t length = unix_address(&address, name);
  const int fd = plain_socket(AF_UNIX, type, 0);
  if (fd < 0) return errno;
  return outcome(syscall(SYS_connect, fd, &address, length));
}

static int abstract_stream(void) { return unix_to(target("abstract_stream"), SOCK_STREAM); }
static int abstract_datagram(void) { return unix_to(target("abstract_datagram"), SOCK_DGRAM); }
static int unix_outside(void) { return unix_to(target("unix_stream"), SOCK_STREAM); }
static int unix_outside_datagram(void) { return unix_to(target("unix_datagram"), SOCK_DGRAM); }
static int operator_socket(void) { return unix_to(target("operator_socket"), SOCK_STREAM); }

// Every socket in haar's run folder that is not this engine's own: the first that takes a connection is a way out.
static int sockets_of_others(void) {
  int last = skipped;
  const int types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET};
  for (int n = 0; n < unix_paths && target_at("foreign_socket", n); n++) {
    for (int t = 0; t < 3; t++) {
      const int answer = unix_to(target_at("foreign_socket", n), types[t]);
      if (answer == 0) return 0;
      if (answer != EPROTOTYPE) last = answer;
    }
  }
  return last;
}

static int unix_listen(void) {
  struct sockaddr_un address;
  const socklen_t length = unix_address(&address, "haar-test.sock");
  const int fd = plain_socket(AF_UNIX, SOCK_STREAM, 0);
  if (fd < 0) return errno;
  const int answer = outcome(syscall(SYS_bind, fd, &address, length));
  unlink("haar-test.sock");
  return answer;
}

static int abstract_listen(void) {
  struct sockaddr_un address;
  char name[64];
  snprintf(name, sizeof name, "@haar-test-%d", getpid());
  const socklen_t length = unix_address(&address, name);
  const int fd = plain_socket(AF_UNIX, SOCK_STREAM, 0);
  if (fd < 0) return errno;
  return outcome(syscall(SYS_bind, fd, &address, length));
}

static int datagram_pair(void) {
  int ends[2];
  return outcome(syscall(SYS_socketpair, AF_UNIX, SOCK_DGRAM, 0, ends));
}

static long send_by(int call, int fd, struct sockaddr_un *address, socklen_t length) {
  struct iovec data = {"x", 1};
  struct mmsghdr message = {.msg_hdr = {.msg_name = address, .msg_namelen = length, .msg_iov = &data, .msg_iovlen = 1}};
  if (call == SYS_sendmsg) return syscall(SYS_sendmsg, fd, &message.msg_hdr, MSG_DONTWAIT);
  if (call == SYS_sendmmsg) return syscall(SYS_sendmmsg, fd, &message, 1, MSG_DONTWAIT);
  return syscall(SYS_sendto, fd, "x", 1L, MSG_DONTWAIT, address, length);
}

// Through a datagram socket that was inherited, or given: the listener that haar put there is one.
static int send_from_inherited(int call, const char *name) {
  struct sockaddr_un address;
  int last = skipped;
  if (!name) return skipped;
  const socklen_t length = unix_address(&address, name);
  for (int fd = 0; fd < most_descriptors; fd++) {
    int family = 0, type = 0;
    socklen_t size = sizeof family;
    if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &size) != 0 || family != AF_UNIX) continue;
    size = sizeof type;
    if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) != 0 || type != SOCK_DGRAM) continue;
    last = outcome(send_by(call, fd, &address, length));
    if (last == 0) return 0;
  }
  return last;
}

static int inherited_to_path(void) { return send_from_inherited(SYS_sendto, target("unix_datagram")); }
static int inherited_to_abstract(void) { return send_from_inherited(SYS_sendto, target("abstract_datagram")); }
static int message_to_path(void) { return send_from_inherited(SYS_sendmsg, target("unix_datagram")); }
static int message_to_abstract(void) { return send_from_inherited(SYS_sendmsg, target("abstract_datagram")); }
static int messages_to_path(void) { return send_from_inherited(SYS_sendmmsg, target("unix_datagram")); }

static int inherited_to_others(int call) {
  int last = skipped;
  for (int n = 0; n < unix_paths && target_at("foreign_socket", n); n++) {
    last = send_from_inherited(call, target_at("foreign_socket", n));
    if (last == 0) return 0;
  }
  return last;
}
static int sent_to_others(void) { return inherited_to_others(SYS_sendto); }
static int message_to_others(void) { return inherited_to_others(SYS_sendmsg); }

const struct attempt socket_attempts[] = {
    {"TCP to haar", tcp_to_haar},
    {"TCP to another server", tcp_to_other},
    {"TCP over IPv6", tcp6},
    {"TCP listener", tcp_listen},
    {"UDP to another server", udp},
    {"UDP-Lite", udp_lite},
    {"multipath TCP", mptcp},
    {"raw socket", raw},
    {"packet socket", packet},
    {"netlink socket", netlink},
    {"crypto socket", algorithms},
    {"vsock", vsock},
    {"abstract socket, stream", abstract_stream},
    {"abstract socket, datagram", abstract_datagram},
    {"Unix socket outside, stream", unix_outside},
    {"Unix socket outside, datagram", unix_outside_datagram},
    {"operator's socket", operator_socket},
    {"sockets of haar and other instances", sockets_of_others},
    {"Unix listener in the data folder", unix_listen},
    {"abstract listener", abstract_listen},
    {"pair of datagram sockets", datagram_pair},
    {"inherited datagram socket to a path", inherited_to_path},
    {"inherited datagram socket to a path, by message", message_to_path},
    {"inherited datagram socket to a path, by messages", messages_to_path},
    {"inherited datagram socket to an abstract name", inherited_to_abstract},
    {"inherited datagram socket to an abstract name, by message", message_to_abstract},
    {"inherited datagram socket to other instances", sent_to_others},
    {"inherited datagram socket to other instances, by message", message_to_others},
    {NULL, NULL}};

// ---- the client's own TCP socket, which lives in haar's network ------------------------------------------

static int received_socket(void) {
  for (int fd = 0; fd < most_descriptors; fd++) {
    int family = 0, type = 0;
    socklen_t size = sizeof family;
    if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &size) != 0 || family != AF_INET) continue;
    size = sizeof type;
    if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_STREAM) return fd;
  }
  return -1;
}

static int send_fast_open(int call) {
  struct sockaddr_in address = loopback(target_number("tcp_port"));
  struct iovec data = {"x", 1};
  struct mmsghdr message = {.msg_hdr = {.msg_name = &address, .msg_namelen = sizeof address, .msg_iov = &data,
                                        .msg_iovlen = 1}};
  const int fd = received_socket();
  if (fd < 0) return skipped;
  long sent = -1;
  if (call == SYS_sendto) sent = syscall(SYS_sendto, fd, "x", 1L, MSG_FASTOPEN, &address, sizeof address);
  if (call == SYS_sendmsg) sent = syscall(SYS_sendmsg, fd, &message.msg_hdr, MSG_FASTOPEN);
  if (call == SYS_sendmmsg) sent = syscall(SYS_sendmmsg, fd, &message, 1, MSG_FASTOPEN);
  return sent < 0 && errno == EINPROGRESS ? 0 : outcome(sent);
}

static int fast_open_sendto(void) { return send_fast_open(SYS_sendto); }
static int fast_open_sendmsg(void) { return send_fast_open(SYS_sendmsg); }
static int fast_open_sendmmsg(void) { return send_fast_open(SYS_sendmmsg); }

static int disconnect(void) {
  struct sockaddr address;
  memset(&address, 0, sizeof address);
  address.sa_family = AF_UNSPEC;
  const int fd = received_socket();
  return fd < 0 ? skipped : outcome(syscall(SYS_connect, fd, &address, sizeof address));
}

static int connect_elsewhere(void) {
  const struct sockaddr_in address = loopback(target_number("api_port"));
  const int fd = received_socket();
  if (fd < 0) return skipped;
  const int answer = outcome(syscall(SYS_connect, fd, &address, sizeof address));
  return answer == EINPROGRESS ? 0 : answer;
}

static int listen_there(void) {
  const int fd = received_socket();
  if (fd < 0) return skipped;
  (void)disconnect();
  return outcome(syscall(SYS_listen, fd, 1));
}

static int bind_there(void) {
  const struct sockaddr_in address = loopback(0);
  const int fd = received_socket();
  if (fd < 0) return skipped;
  (void)disconnect();
  return outcome(syscall(SYS_bind, fd, &address, sizeof address));
}

// Each finds the socket as the one before left it: once disconnected, it can be sent elsewhere.
const struct attempt received_attempts[] = {
    {"received socket, disconnected", disconnect},
    {"received socket, fast open by sendto", fast_open_sendto},
    {"received socket, disconnected again", disconnect},
    {"received socket, fast open by sendmsg", fast_open_sendmsg},
    {"received socket, disconnected a third time", disconnect},
    {"received socket, fast open by sendmmsg", fast_open_sendmmsg},
    {"received socket, bound", bind_there},
    {"received socket, listening", listen_there},
    {"received socket, disconnected at last", disconnect},
    {"received socket, connected to haar", connect_elsewhere},
    {NULL, NULL}};
