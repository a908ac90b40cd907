// Preloaded into an engine. The engine's TCP listener becomes a Unix datagram socket that haar made, bound and
// passed on; its accept() returns the client's TCP socket that haar's front door sent there. The engine notices
// nothing: the socket it gets is the client's own, with the client's address.
//
// A datagram rather than a connection: it becomes readable only when the descriptor is already in it, so
// accept() has nothing to wait for and no sender can hold up the engine's loop.
//
// The engine itself may make no socket of the network and bind none (engines/seccomp.h): socket() gives it an idle
// Unix socket instead, and bind() to the port below puts haar's in its place.
//
// Nor may it connect. A replica that connects to its primary gets a connection that haar has made and sent to a second
// such socket: connect() puts it in the place of the engine's, whatever address was asked for, and is refused where
// haar has sent none. So the engine reaches what haar leads it to and nothing else, in whatever it is told to follow.
//
// Environment, read once and cleared, so that nothing the engine starts inherits it:
//   HAAR_SHIM_PORT    the TCP port to replace
//   HAAR_SHIM_SOCKET  the descriptor of the bound socket
//   HAAR_SHIM_TLS_PORT, HAAR_SHIM_TLS_SOCKET  the same for the port on which the engine serves TLS, if it has one of its own
//   HAAR_SHIM_TOKEN   a descriptor from which the token is read that every hand-over must show; closed then
//   HAAR_SHIM_UPSTREAM  the descriptor of the bound socket for connections to a primary; none: connect() is refused
//   HAAR_SHIM_LOGINS  the descriptor of the bound socket for connections by which log-ins are asked about (logins.c)
//   HAAR_SHIM_LOCAL_PEER  "1": the engine takes clients of the network only (MySQL), so haar's own connections, which are
//                     Unix sockets, have 0.0.0.0 as their address: no client comes from there
//   HAAR_SHIM_UID     the user that may hand over connections (root may, too)
//   HAAR_SHIM_NOEXEC  "1": this process and its children shall execute nothing from here on; if the kernel
//                     cannot promise that, the process ends
// Plain system calls instead of dlsym(RTLD_NEXT): nothing to look up, nothing that can be missing.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "frontdoor/shim/shim.h"

enum { accept_patience_ms = 1000, strange_messages_per_accept = 16, most_descriptors = 4, most_upstreams = 64 };

// A port of the engine's, and the socket of haar's that replaces its listener. Once it has, it is known by its inode:
// descriptors are closed and reused.
struct listener {
  int port, socket;
  dev_t device;
  ino_t inode;
};

int shim_logins = -1;
static int shim_port = -1, shim_upstream = -1, shim_local_peer = 0;
static struct listener listeners[] = {{-1, -1, 0, 0}, {-1, -1, 0, 0}};  // the engine's, and that for TLS
enum { listener_count = sizeof listeners / sizeof *listeners };
static uid_t shim_uid;
static unsigned char shim_token[token_bytes];

static void fail(const char *text) {
  const ssize_t ignored = write(STDERR_FILENO, text, strlen(text));
  (void)ignored;
  _exit(127);
}

// Landlock's first interface (ABI 1), spelled out: the build machine's headers may be older than the kernel.
static void forbid_exec(void) {
  const struct {
    uint64_t handled_access_fs;
  } ruleset = {1u << 0};  // LANDLOCK_ACCESS_FS_EXECUTE, and no rule that allows any
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) fail("haar: cannot set no_new_privs\n");
  const int fd = (int)syscall(444 /* landlock_create_ruleset */, &ruleset, sizeof ruleset, 0);
  if (fd < 0) fail("haar: this kernel has no Landlock\n");
  if (syscall(446 /* landlock_restrict_self */, fd, 0) != 0) fail("haar: cannot forbid exec\n");
  close(fd);
}

static void read_token(int fd) {
  size_t have = 0;
  while (have < sizeof shim_token) {
    const ssize_t got = read(fd, shim_token + have, sizeof shim_token - have);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) fail("haar: the token for the hand-over is missing\n");
    have += (size_t)got;
  }
  close(fd);
}

static void take_listener(struct listener *listener, const char *port, const char *bound) {
  listener->port = atoi(port);
  listener->socket = atoi(bound);
  // Not for what the engine might start.
  if (fcntl(listener->socket, F_SETFD, FD_CLOEXEC) != 0) fail("haar: the socket for the hand-over is missing\n");
}

__attribute__((constructor)) static void read_environment(void) {
  const char *port = getenv("HAAR_SHIM_PORT");
  const char *bound = getenv("HAAR_SHIM_SOCKET");
  const char *tls_port = getenv("HAAR_SHIM_TLS_PORT");
  const char *tls_bound = getenv("HAAR_SHIM_TLS_SOCKET");
  const char *upstream = getenv("HAAR_SHIM_UPSTREAM");
  const char *logins = getenv("HAAR_SHIM_LOGINS");
  const char *token = getenv("HAAR_SHIM_TOKEN");
  const char *local_peer = getenv("HAAR_SHIM_LOCAL_PEER");
  const char *uid = getenv("HAAR_SHIM_UID");
  const char *noexec = getenv("HAAR_SHIM_NOEXEC");
  if (port && bound && token && uid) {
    shim_uid = (uid_t)strtoul(uid, NULL, 10);
    shim_port = atoi(port);
    shim_local_peer = local_peer && strcmp(local_peer, "1") == 0;
    read_token(atoi(token));
    take_listener(&listeners[0], port, bound);
    if (tls_port && tls_bound) take_listener(&listeners[1], tls_port, tls_bound);
    if (upstream) {
      shim_upstream = atoi(upstream);
      if (fcntl(shim_upstream, F_SETFD, FD_CLOEXEC) != 0) fail("haar: the socket for connections is missing\n");
    }
    if (logins) {
      shim_logins = atoi(logins);
      if (fcntl(shim_logins, F_SETFD, FD_CLOEXEC) != 0) fail("haar: the socket for log-ins is missing\n");
    }
  }
  if (noexec && strcmp(noexec, "1") == 0) forbid_exec();
  unsetenv("HAAR_SHIM_PORT");
  unsetenv("HAAR_SHIM_SOCKET");
  unsetenv("HAAR_SHIM_TLS_PORT");
  unsetenv("HAAR_SHIM_TLS_SOCKET");
  unsetenv("HAAR_SHIM_UPSTREAM");
  unsetenv("HAAR_SHIM_LOGINS");
  unsetenv("HAAR_SHIM_LOCAL_PEER");
  unsetenv("HAAR_SHIM_TOKEN");
  unsetenv("HAAR_SHIM_UID");
  unsetenv("HAAR_SHIM_NOEXEC");
  unsetenv("LD_PRELOAD");
}

static int is_listener(int fd) {
  struct stat status;
  if (fstat(fd, &status) != 0 || !S_ISSOCK(status.st_mode)) return 0;
  for (int i = 0; i < listener_count; i++) {
    if (listeners[i].inode != 0 && status.st_ino == listeners[i].inode && status.st_dev == listeners[i].device) return 1;
  }
  return 0;
}

// The listener whose port this is; null: none.
static struct listener *wanted_listener(int fd, const struct sockaddr *address, socklen_t length) {
  int port = -1, type = 0;
  socklen_t size = sizeof type;
  if (shim_port < 0 || !address) return NULL;
  if (address->sa_family == AF_INET && length >= sizeof(struct sockaddr_in))
    port = ntohs(((const struct sockaddr_in *)address)->sin_port);
  else if (address->sa_family == AF_INET6 && length >= sizeof(struct sockaddr_in6))
    port = ntohs(((const struct sockaddr_in6 *)address)->sin6_port);
  if (port < 0 || getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) != 0 || type != SOCK_STREAM) return NULL;
  for (int i = 0; i < listener_count; i++) {
    if (listeners[i].port == port) return &listeners[i];
  }
  return NULL;
}

// Puts haar's socket under the engine's descriptor, with the flags that the engine gave it.
static int replace_listener(int fd, struct listener *listener) {
  const int status_flags = fcntl(fd, F_GETFL), descriptor_flags = fcntl(fd, F_GETFD);
  struct stat status;
  if (listener->socket < 0) {
    errno = EADDRINUSE;
    return -1;
  }
  if (fcntl(listener->socket, F_SETFL, status_flags) != 0 || fstat(listener->socket, &status) != 0 ||
      dup3(listener->socket, fd, (descriptor_flags & FD_CLOEXEC) ? O_CLOEXEC : 0) < 0) {
    return -1;
  }
  close(listener->socket);
  listener->socket = -1;
  listener->device = status.st_dev;
  listener->inode = status.st_ino;
  return 0;
}

static int is_network(int family) { return family == AF_INET || family == AF_INET6; }

int socket(int family, int type, int protocol) {
  const int plain = type & ~(SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (shim_port >= 0 && is_network(family) && plain == SOCK_STREAM) return (int)syscall(SYS_socket, AF_UNIX, type, 0);
  return (int)syscall(SYS_socket, family, type, protocol);
}

// Options of TCP and IP mean nothing to the idle socket, and an engine takes their failure for a fault.
int setsockopt(int fd, int level, int option, const void *value, socklen_t size) {
  int family = 0;
  socklen_t length = sizeof family;
  const int outcome = (int)syscall(SYS_setsockopt, fd, level, option, value, size);
  if (outcome == 0 || level == SOL_SOCKET || shim_port < 0) return outcome;
  const int reason = errno;
  if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &length) == 0 && family == AF_UNIX) return 0;
  errno = reason;
  return outcome;
}

int bind(int fd, const struct sockaddr *address, socklen_t length) {
  struct listener *const listener = wanted_listener(fd, address, length);
  if (listener) return replace_listener(fd, listener);
  return (int)syscall(SYS_bind, fd, address, length);
}

int listen(int fd, int backlog) {
  if (is_listener(fd)) return 0;
  return (int)syscall(SYS_listen, fd, backlog);
}

// In the same time wherever they differ.
static int is_token(const unsigned char *shown, ssize_t size) {
  unsigned char difference = 0;
  if (size != token_bytes) return 0;
  for (int i = 0; i < token_bytes; i++) difference |= (unsigned char)(shown[i] ^ shim_token[i]);
  return difference == 0;
}

int shim_receive_one(int fd) {
  unsigned char payload[token_bytes + 1];
  union {
    char bytes[CMSG_SPACE(sizeof(int) * most_descriptors) + CMSG_SPACE(sizeof(struct ucred))];
    struct cmsghdr align;
  } control;
  struct iovec data = {payload, sizeof payload};
  struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = &control,
                           .msg_controllen = sizeof control};
  int descriptors[most_descriptors], count = 0, permitted = 0;
  ssize_t got;
  do got = recvmsg(fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  while (got < 0 && errno == EINTR);
  if (got < 0) return -1;
  for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c)) {
    if (c->cmsg_level != SOL_SOCKET) continue;
    if (c->cmsg_type == SCM_CREDENTIALS) {
      struct ucred peer;
      memcpy(&peer, CMSG_DATA(c), sizeof peer);
      permitted = peer.uid == shim_uid || peer.uid == 0;
    } else if (c->cmsg_type == SCM_RIGHTS) {
      const int received = (int)((c->cmsg_len - CMSG_LEN(0)) / sizeof(int));
      for (int i = 0; i < received; i++) {
        int descriptor;
        memcpy(&descriptor, CMSG_DATA(c) + (size_t)i * sizeof(int), sizeof descriptor);
        if (count < most_descriptors) descriptors[count++] = descriptor;
        else close(descriptor);
      }
    }
  }
  if (permitted && is_token(payload, got) && count == 1 && !(message.msg_flags & MSG_CTRUNC)) return descriptors[0];
  while (count > 0) close(descriptors[--count]);
  return -2;
}

// Nobody on the network has the address 0.0.0.0.
int getpeername(int fd, struct sockaddr *address, socklen_t *length) {
  const struct sockaddr_in haar = {.sin_family = AF_INET};
  const socklen_t room = length ? *length : 0;
  const int outcome = (int)syscall(SYS_getpeername, fd, address, length);
  if (outcome != 0 || !shim_local_peer || room < sizeof haar || address->sa_family != AF_UNIX) return outcome;
  memcpy(address, &haar, sizeof haar);
  *length = sizeof haar;
  return 0;
}

// Makes the received descriptor what accept4() would have returned. -2 if the client is already gone.
static int present(int client, struct sockaddr *address, socklen_t *length, int flags) {
  struct sockaddr_storage peer;
  socklen_t size = sizeof peer;
  const int status_flags = fcntl(client, F_GETFL);
  const int wanted = (flags & SOCK_NONBLOCK) ? (status_flags | O_NONBLOCK) : (status_flags & ~O_NONBLOCK);
  if (getpeername(client, (struct sockaddr *)&peer, &size) != 0 || status_flags < 0 ||
      (wanted != status_flags && fcntl(client, F_SETFL, wanted) != 0) ||
      (!(flags & SOCK_CLOEXEC) && fcntl(client, F_SETFD, 0) != 0)) {
    close(client);
    return -2;
  }
  if (address && length) {
    memcpy(address, &peer, size < *length ? size : *length);
    *length = size;
  }
  return client;
}

int accept4(int fd, struct sockaddr *address, socklen_t *length, int flags) {
  if (!is_listener(fd)) return (int)syscall(SYS_accept4, fd, address, length, flags);
  int waited = 0;
  for (int strange = 0; strange < strange_messages_per_accept;) {
    int client = shim_receive_one(fd);
    if (client >= 0) client = present(client, address, length, flags);
    if (client >= 0) return client;
    if (client == -2) {
      strange++;
      continue;
    }
    // Empty. An engine with a blocking listener polled before: wait a moment, never for good.
    if (errno != EAGAIN || waited || (fcntl(fd, F_GETFL) & O_NONBLOCK)) return -1;
    struct pollfd readable = {.fd = fd, .events = POLLIN};
    poll(&readable, 1, accept_patience_ms);
    waited = 1;
  }
  errno = EAGAIN;
  return -1;
}

int accept(int fd, struct sockaddr *address, socklen_t *length) { return accept4(fd, address, length, 0); }

// The newest of what haar has sent: an older one led to a primary that was. -1: none.
static int take_upstream(void) {
  int newest = -1;
  for (int message = 0; shim_upstream >= 0 && message < most_upstreams; message++) {
    const int received = shim_receive_one(shim_upstream);
    if (received == -1) break;
    if (received < 0) continue;
    if (newest >= 0) close(newest);
    newest = received;
  }
  return newest;
}

// Connected at once: the connection is there already.
static int connect_upstream(int fd) {
  const int status_flags = fcntl(fd, F_GETFL), descriptor_flags = fcntl(fd, F_GETFD);
  const int upstream = take_upstream();
  if (upstream < 0) {
    errno = ECONNREFUSED;
    return -1;
  }
  const int done = fcntl(upstream, F_SETFL, status_flags) == 0 &&
                   dup3(upstream, fd, (descriptor_flags & FD_CLOEXEC) ? O_CLOEXEC : 0) >= 0;
  const int reason = errno;
  close(upstream);
  errno = reason;
  return done ? 0 : -1;
}

int connect(int fd, const struct sockaddr *address, socklen_t length) {
  int type = 0;
  socklen_t size = sizeof type;
  if (shim_port < 0 || !address || length < sizeof address->sa_family || !is_network(address->sa_family) ||
      getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) != 0 || type != SOCK_STREAM) {
    return (int)syscall(SYS_connect, fd, address, length);
  }
  return connect_upstream(fd);
}
