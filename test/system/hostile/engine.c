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
  char *flood;  // what is being sent without end, and how far it is
  size_t size, sent;
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

// For the test: that this engine has been asked, or has flooded somebody, while it behaved so.
static void note(const char *what) {
  char name[2 * longest_mode];
  snprintf(name, sizeof name, "%s-%s", what, mode);
  const int fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (fd >= 0) close(fd);
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

// The next piece of a flood: bytes, strings of an array, or settings of the server with ever new names.
static void fill_flood(enum language language, struct client *client) {
  enum { string = 60000, setting = 64 };
  static unsigned long number;
  client->sent = 0;
  client->size = piece;
  memset(client->flood, 'a', piece);
  if (!is("growing")) return;
  if (language == speaks_redis) {
    const int head = snprintf(client->flood, piece, "$%d\r\n", string);
    client->flood[head] = 'a';
    memcpy(client->flood + head + string, "\r\n", 2);
    client->size = (size_t)(head + string + 2);
  }
  if (language == speaks_postgres) {
    for (size_t at = 0; at + setting <= piece; at += setting) {
      memset(client->flood + at, 0, setting);
      memcpy(client->flood + at, "S\0\0\0\x3f", 5);  // the length counts itself and what follows: 63 bytes
      snprintf(client->flood + at + 5, 24, "name%018lu", number++);
      memset(client->flood + at + 28, 'v', setting - 29);
    }
  }
}

static void begin_flood(enum language language, struct client *client) {
  client->flooding = 1;
  client->flood = malloc(piece);
  if (!client->flood) abort();
  if (language == speaks_redis) say_text(client->fd, is("growing") ? "*10000000\r\n" : "$1000000000\r\n");
  if (language == speaks_memcached) say_text(client->fd, "VERSION ");
  if (language == speaks_postgres && !is("growing")) say(client->fd, row_head, sizeof row_head - 1);
  if (language == speaks_postgres && is("growing")) say(client->fd, welcome, 9);
  fill_flood(language, client);
  note("flooded");
}

static void answer(enum language language, struct client *client, const char *text, size_t size) {
  note("asked");
  if (client->flooding) return;
  if (is("silent")) return;
  if (is("garbage")) return say_text(client->fd, "\x01\xff\xfe garbage \r\n\0\r\n$-7\r\n*999999999\r\n");
  if (is("growing")) return begin_flood(language, client);
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
    const ssize_t put = send(client->fd, client->flood + client->sent, client->size - client->sent,
                             MSG_NOSIGNAL | MSG_DONTWAIT);
    if (put < 0 && errno != EAGAIN) return 0;
    if (put > 0) client->sent += (size_t)put;
    if (client->sent == client->size) fill_flood(language, client);
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
      free(clients[i].flood);
      clients[i] = clients[--client_count];
    }
    for (int i = 0; i < listener_count; i++)
      if (ready[i].revents & POLLIN) take_clients(listeners[i]);
    try_attempts();
  }
}
