// Stands in for an engine in the self-test: listens on a TCP port like any server, takes one connection and
// tells over it what it found. haar starts it the way it starts engines, and compares.
//   argv[1] the port, argv[2] a file that it must not be able to read, argv[3] a file of its own
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

enum { patience_ms = 5000, accept_tries = 8 };

static struct sockaddr_in loopback(int port) {
  struct sockaddr_in address;
  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_port = htons((uint16_t)port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

// The error of an attempt, 0 if it succeeded. By number, past the shim: what refuses is the kernel.
static int try_socket(int family, int type) {
  const int fd = (int)syscall(SYS_socket, family, type, 0);
  if (fd < 0) return errno;
  close(fd);
  return 0;
}

static int try_connect(void) {
  const struct sockaddr_un nowhere = {.sun_family = AF_UNIX, .sun_path = "/"};
  const int fd = (int)syscall(SYS_socket, AF_UNIX, SOCK_STREAM, 0);
  const int error = syscall(SYS_connect, fd, &nowhere, sizeof nowhere) == 0 ? 0 : errno;
  close(fd);
  return error;
}

static int try_chmod(const char *path) { return chmod(path, 0600) == 0 ? 0 : errno; }

// A file of the probe's own, mapped as code.
static int try_map(const char *path) {
  const int fd = open(path, O_RDWR | O_CREAT, 0700);
  if (fd < 0) return errno;
  const int written = write(fd, "code", 4) == 4;
  void *const code = mmap(NULL, 4, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
  const int error = written && code != MAP_FAILED ? 0 : errno;
  close(fd);
  return error;
}

static int try_open(const char *path) {
  const int fd = open(path, O_RDONLY);
  if (fd < 0) return errno;
  close(fd);
  return 0;
}

static int try_exec(void) {
  char *const arguments[] = {(char *)"true", NULL};
  char *const environment[] = {NULL};
  execve("/bin/true", arguments, environment);
  return errno;
}

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  const int port = atoi(argv[1]);
  const struct sockaddr_in address = loopback(port);
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(listener, (const struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 8) != 0) {
    perror("listen");
    return 3;
  }
  // As engines do: an accept that finds nothing, because what woke the poll was dropped, is asked again.
  struct sockaddr_in peer;
  socklen_t size = sizeof peer;
  int client = -1;
  for (int tries = 0; client < 0 && tries < accept_tries; tries++) {
    struct pollfd readable = {.fd = listener, .events = POLLIN};
    if (poll(&readable, 1, patience_ms) != 1) return 4;
    client = accept(listener, (struct sockaddr *)&peer, &size);
    if (client < 0 && errno != EAGAIN) break;
  }
  if (client < 0) {
    perror("accept");
    return 5;
  }
  dprintf(client, "peer=%s:%d preload=%d read=%d", inet_ntoa(peer.sin_addr), ntohs(peer.sin_port),
          getenv("LD_PRELOAD") != NULL, try_open(argv[2]));
  dprintf(client, " network=%d datagram=%d connect=%d chmod=%d", try_socket(AF_INET, SOCK_STREAM),
          try_socket(AF_UNIX, SOCK_DGRAM), try_connect(), try_chmod(argv[3]));
  dprintf(client, " map=%d exec=%d\n", try_map(argv[3]), try_exec());
  return 0;
}
