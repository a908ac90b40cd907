// Stands in for an engine in the self-test: listens on a TCP port like any server, takes one connection and
// tells over it what it found. haar starts it the way it starts engines, and compares.
//   argv[1] the port, argv[2] a file that it must not be able to read
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
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

// The error of an attempt, 0 if it succeeded.
static int try_tcp(int (*attempt)(int, const struct sockaddr *, socklen_t), int port) {
  const struct sockaddr_in address = loopback(port);
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  const int error = attempt(fd, (const struct sockaddr *)&address, sizeof address) == 0 ? 0 : errno;
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
  if (argc != 3) return 2;
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
  dprintf(client, "peer=%s:%d preload=%d read=%d connect=%d bind=%d", inet_ntoa(peer.sin_addr),
          ntohs(peer.sin_port), getenv("LD_PRELOAD") != NULL, try_open(argv[2]), try_tcp(connect, port),
          try_tcp(bind, port + 1));
  dprintf(client, " exec=%d\n", try_exec());
  return 0;
}
