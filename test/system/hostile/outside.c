// The positive control: the same attempts, with nothing that holds them back. argv: folder to work in (where "targets"
// lies), name of the results.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "attempts.h"

// A connection to the test's own server stands for the client's socket that an engine is given.
static int connected(long port) {
  struct sockaddr_in address;
  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_port = htons((uint16_t)port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  return connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
}

static int inherited_datagram_socket(void) { return socket(AF_UNIX, SOCK_DGRAM, 0) >= 0; }

int main(int argc, char **argv) {
  if (argc == 2 && strcmp(argv[1], "--version") == 0) return 0;  // "the engine's own program again"
  if (argc != 3 || chdir(argv[1]) != 0 || !read_targets("targets")) return 2;
  if (!connected(target_number("tcp_port")) || !inherited_datagram_socket()) return 3;
  run_attempts(argv[2]);
  return 0;
}
