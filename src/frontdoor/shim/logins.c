// Part of what is preloaded into an engine: log-ins whose secret haar judges, not the engine (IAM database authentication).
//
// haar hands connections to a socket of the engine's, each good for one question, and keeps some waiting there. Who logs
// in takes one, sends who it is, from where, and what it shows; haar answers with one letter. The engine learns nothing
// else by it and can decide nothing by it. Where haar is away, a log-in fails after a bounded time.
//
// PostgreSQL asks by PAM (pg_hba.conf: pam), as it does on AWS: the functions of libpam that it calls are these, so that no
// file of the machine's in /etc/pam.d and no module has a part in it. Other engines call haar_log_in().
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "frontdoor/shim/shim.h"

enum { patience_ms = 8000, user_max = 256, client_max = 64, secret_max = 16384 };

static int milliseconds_left(const struct timespec *until) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  const long left = (until->tv_sec - now.tv_sec) * 1000L + (until->tv_nsec - now.tv_nsec) / 1000000L;
  return left < 0 ? 0 : (int)left;
}

// Whether something can be read before the time is over.
static int wait_readable(int fd, const struct timespec *until) {
  for (;;) {
    struct pollfd readable = {.fd = fd, .events = POLLIN};
    const int left = milliseconds_left(until);
    const int got = poll(&readable, 1, left);
    if (got > 0) return 1;
    if (got == 0 || (errno != EINTR && errno != EAGAIN)) return 0;
  }
}

// 1: let in, 0: not, -1: the connection leads nowhere (any more).
static int ask(int fd, const char *question, size_t size, const struct timespec *until) {
  char answer = 0;
  ssize_t got;
  do got = send(fd, question, size, MSG_NOSIGNAL | MSG_DONTWAIT);
  while (got < 0 && errno == EINTR);
  if (got != (ssize_t)size) return -1;
  if (!wait_readable(fd, until)) return 0;
  do got = recv(fd, &answer, 1, MSG_DONTWAIT);
  while (got < 0 && errno == EINTR);
  return got == 1 ? answer == 'y' : -1;
}

static void wipe(void *bytes, size_t size) {
  memset(bytes, 0, size);
  __asm__ __volatile__("" : : "r"(bytes) : "memory");
}

// Takes connections until one leads to haar: an earlier haar's are dead ones.
static int ask_haar(const char *question, size_t size) {
  struct timespec until;
  clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_sec += patience_ms / 1000;
  while (milliseconds_left(&until) > 0) {
    const int fd = shim_receive_one(shim_logins);
    if (fd == -1 && errno != EAGAIN && errno != EWOULDBLOCK) return 0;
    if (fd == -1 && !wait_readable(shim_logins, &until)) return 0;
    if (fd < 0) continue;
    const int answer = ask(fd, question, size, &until);
    close(fd);
    if (answer >= 0) return answer;
  }
  return 0;
}

// Whether this client may log in as this user with this secret. For authentication plugins of other engines, too.
__attribute__((visibility("default"))) int haar_log_in(const char *user, const char *client, const char *secret) {
  if (shim_logins < 0 || !user || !secret) return 0;
  if (!client) client = "";
  const size_t user_size = strlen(user) + 1, client_size = strlen(client) + 1, secret_size = strlen(secret);
  if (user_size > user_max || client_size > client_max || secret_size == 0 || secret_size > secret_max) return 0;
  const size_t size = user_size + client_size + secret_size;
  char *question = malloc(size);
  if (!question) return 0;
  memcpy(question, user, user_size);
  memcpy(question + user_size, client, client_size);
  memcpy(question + user_size + client_size, secret, secret_size);
  const int answer = ask_haar(question, size);
  wipe(question, size);
  free(question);
  return answer;
}

// ---- libpam, as far as PostgreSQL calls it: http://www.linux-pam.org/Linux-PAM-html/Linux-PAM_ADG.html ----

enum {
  pam_success = 0, pam_system_error = 4, pam_denied = 7, pam_conversation_error = 19,
  item_user = 2, item_client = 4, item_conversation = 5, prompt_echo_off = 1
};

struct pam_message {
  int msg_style;
  const char *msg;
};
struct pam_response {
  char *resp;
  int resp_retcode;
};
struct pam_conv {
  int (*conv)(int count, const struct pam_message **messages, struct pam_response **responses, void *data);
  void *appdata_ptr;
};
typedef struct pam_handle {
  char user[user_max], client[client_max];
  struct pam_conv conversation;
} pam_handle_t;

#define PAM_FUNCTION __attribute__((visibility("default")))

static int put(char *to, size_t room, const char *text) {
  if (!text || strlen(text) >= room) return pam_system_error;
  memcpy(to, text, strlen(text) + 1);
  return pam_success;
}

PAM_FUNCTION int pam_start(const char *service, const char *user, const struct pam_conv *conversation,
                           pam_handle_t **handle) {
  (void)service;
  if (shim_logins < 0 || !conversation || !handle || !(*handle = calloc(1, sizeof **handle))) return pam_system_error;
  (*handle)->conversation = *conversation;
  if (!user || put((*handle)->user, user_max, user) == pam_success) return pam_success;
  free(*handle);
  *handle = NULL;
  return pam_system_error;
}

PAM_FUNCTION int pam_set_item(pam_handle_t *handle, int item, const void *value) {
  if (!handle || !value) return pam_system_error;
  if (item == item_user) return put(handle->user, user_max, value);
  if (item == item_client) return put(handle->client, client_max, value);
  if (item != item_conversation) return pam_system_error;
  handle->conversation = *(const struct pam_conv *)value;
  return pam_success;
}

PAM_FUNCTION int pam_authenticate(pam_handle_t *handle, int flags) {
  (void)flags;
  const struct pam_message prompt = {prompt_echo_off, "Password: "};
  const struct pam_message *prompts = &prompt;
  struct pam_response *response = NULL;
  if (!handle || !handle->conversation.conv) return pam_system_error;
  const int done = handle->conversation.conv(1, &prompts, &response, handle->conversation.appdata_ptr);
  if (done != pam_success || !response) return done != pam_success ? done : pam_conversation_error;
  const int answer = response->resp && haar_log_in(handle->user, handle->client, response->resp);
  if (response->resp) wipe(response->resp, strlen(response->resp));
  free(response->resp);
  free(response);
  return answer ? pam_success : pam_denied;
}

PAM_FUNCTION int pam_acct_mgmt(pam_handle_t *handle, int flags) {
  (void)flags;
  return handle ? pam_success : pam_system_error;
}

PAM_FUNCTION int pam_end(pam_handle_t *handle, int status) {
  (void)status;
  free(handle);
  return pam_success;
}

PAM_FUNCTION const char *pam_strerror(pam_handle_t *handle, int error) {
  (void)handle;
  switch (error) {
    case pam_success: return "Success";
    case pam_denied: return "Authentication failure";
    case pam_conversation_error: return "Conversation error";
    default: return "System error";
  }
}
