#define _GNU_SOURCE
#include "engine.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "attempts.h"

enum { most_clients = 64, tick_ms = 20, piece = 65536, longest_mode = 16 };

struct client {
  int fd;
  int over_tcp, greeted, flooding;
};

static struct client clients[most_clients];
static int client_count, listeners[2], listener_count, answered, attempts_begun;
static char mode[longest_mode] = "good";

static int is(const char *name) { return strcmp(mode, name) == 0; }

static void read_mode(void) {
  const int fd = open("mode", O_RDONLY | O_CLOEXEC);
  char text[longest_mode] = {0};
  if (fd < 0) return;
  if (read(fd, text, sizeof text - 1) > 0) {
    text[strcspn(text, "\n")] = '\0';
    memcpy(mode, text, sizeof mode);
  }
  close(fd);
}

static void listen_on(int fd, const void *address, socklen_t length) {
  if (fd >= 0 && bind(fd, address, length) == 0 && listen(fd, 64) == 0) {
    fcntl(fd, F_SETFL, O_NONBLOCK);
    listeners[listener_count++] = fd;
  } else {
    perror("hostile engine: listen");
  }
}

static void listen_everywhere(int port, const char *unix_path) {
  struct sockaddr_in tcp = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  struct sockaddr_un local = {.sun_family = AF_UNIX};
  tcp.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  listen_on(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), &tcp, sizeof tcp);
  if (!unix_path) return;
  strncpy(local.sun_path, unix_path, sizeof local.sun_path - 1);
  unlink(unix_path);
  listen_on(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), &local, sizeof local);
}

static void take_clients(int listener) {
  for (;;) {
    struct sockaddr_storage peer;
    socklen_t size = sizeof peer;
    if (client_count == most_clients) return;
    const int fd = accept4(listener, (struct sockaddr *)&peer, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    clients[client_count++] = (struct client){.fd = fd, .over_tcp = peer.ss_family == AF_INET};
  }
}

static void say(int fd, const void *bytes, size_t size) {
  (void)!send(fd, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void say_text(int fd, const char *text) { say(fd, text, strlen(text)); }

// One "+OK" for each command, "+PONG" for PING: enough to seem ready.
static void answer_redis(int fd, const char *text, size_t size) {
  for (const char *at = text; (at = memchr(at, '*', size - (size_t)(at - text))) != NULL; at++) {
    const size_t rest = size - (size_t)(at - text);
    const char *next = rest > 1 ? memchr(at + 1, '*', rest - 1) : NULL;
    const size_t length = next ? (size_t)(next - at) : rest;
    say_text(fd, memmem(at, length, "PING", 4) ? "+PONG\r\n" : "+OK\r\n");
  }
}

static const char welcome[] = "R\0\0\0\x8\0\0\0\0Z\0\0\0\x5I";  // AuthenticationOk, ReadyForQuery
// RowDescription of one column of text, and the head of a row that is half a gigabyte long.
static const char row_head[] =
    "T\0\0\0\x1a\0\x1x\0\0\0\0\0\0\0\0\0\0\x19\xff\xff\xff\xff\xff\xff\0\0D\x20\0\0\x0a\0\x1\x20\0\0\0";

static void answer_postgres(struct client *client) {
  if (!client->greeted) say(client->fd, welcome, sizeof welcome - 1);
}

static void begin_flood(enum language language, struct client *client) {
  client->flooding = 1;
  if (language == speaks_redis) say_text(client->fd, "$1000000000\r\n");
  if (language == speaks_memcached) say_text(client->fd, "VERSION ");
  if (language == speaks_postgres) say(client->fd, row_head, sizeof row_head - 1);
}

static void answer(enum language language, struct client *client, const char *text, size_t size) {
  if (is("silent")) return;
  if (is("garbage")) return say_text(client->fd, "\x01\xff\xfe garbage \r\n\0\r\n$-7\r\n*999999999\r\n");
  if (is("endless") && (language != speaks_postgres || client->greeted)) return begin_flood(language, client);
  if (language == speaks_redis) answer_redis(client->fd, text, size);
  if (language == speaks_memcached) say_text(client->fd, "VERSION 1.6.18\r\n");
  if (language == speaks_postgres) answer_postgres(client);
  client->greeted = 1;
  answered = 1;
}

// False: the client is gone.
static int serve_client(enum language language, struct client *client, short events) {
  char bytes[piece];
  if (events & POLLIN) {
    const ssize_t got = recv(client->fd, bytes, sizeof bytes, MSG_DONTWAIT);
    if (got == 0 || (got < 0 && errno != EAGAIN)) return 0;
    if (got > 0) answer(language, client, bytes, (size_t)got);
  }
  if (client->flooding && (events & POLLOUT)) {
    memset(bytes, 'a', sizeof bytes);
    if (send(client->fd, bytes, sizeof bytes, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 && errno != EAGAIN) return 0;
  }
  return (events & (POLLERR | POLLNVAL)) == 0;
}

// Begins once a client is there, whose socket is one of the ways out. In a child, so that haar is answered meanwhile.
static void try_attempts(void) {
  int over_tcp = 0;
  for (int i = 0; i < client_count; i++) over_tcp |= clients[i].over_tcp;
  if (attempts_begun || !over_tcp || !read_targets("targets")) return;
  attempts_begun = 1;
  const char *daemon = target("daemon");
  if (daemon) (void)leave_daemon(daemon);
  const pid_t child = fork();
  if (child <= 0) run_attempts("attempts");
  if (child == 0) _exit(0);
}

void serve_as_hostile_engine(enum language language, int port, const char *unix_path) {
  for (int number = 1; number < NSIG; number++) signal(number, SIG_IGN);
  listen_everywhere(port, unix_path);
  for (;;) {
    struct pollfd ready[most_clients + 2];
    read_mode();
    if (is("stuck") && answered) {
      poll(NULL, 0, tick_ms);
      continue;
    }
    for (int i = 0; i < listener_count; i++) ready[i] = (struct pollfd){.fd = listeners[i], .events = POLLIN};
    for (int i = 0; i < client_count; i++) {
      const short events = clients[i].flooding ? POLLIN | POLLOUT : POLLIN;
      ready[listener_count + i] = (struct pollfd){.fd = clients[i].fd, .events = events};
    }
    poll(ready, (nfds_t)(listener_count + client_count), tick_ms);
    for (int i = client_count - 1; i >= 0; i--) {
      const short events = ready[listener_count + i].revents;
      if (events == 0 || serve_client(language, &clients[i], events)) continue;
      close(clients[i].fd);
      clients[i] = clients[--client_count];
    }
    for (int i = 0; i < listener_count; i++)
      if (ready[i].revents & POLLIN) take_clients(listeners[i]);
    try_attempts();
  }
}
