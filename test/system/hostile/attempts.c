#define _GNU_SOURCE
#include "attempts.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { most_targets = 256, longest_value = 512, attempt_seconds = 10, daemon_seconds = 300 };

static struct {
  char key[32], value[longest_value];
} targets[most_targets];
static int target_count;

int read_targets(const char *path) {
  FILE *file = fopen(path, "r");
  if (!file) return 0;
  target_count = 0;
  while (target_count < most_targets &&
         fscanf(file, "%31s %511[^\n]", targets[target_count].key, targets[target_count].value) == 2)
    target_count++;
  fclose(file);
  return target_count > 0;
}

const char *target_at(const char *key, int n) {
  for (int i = 0; i < target_count; i++)
    if (strcmp(targets[i].key, key) == 0 && n-- == 0) return targets[i].value;
  return NULL;
}

const char *target(const char *key) { return target_at(key, 0); }

long target_number(const char *key) {
  const char *value = target(key);
  return value ? strtol(value, NULL, 10) : -1;
}

int outcome(long result) { return result == -1 ? errno : 0; }

static void forget_signals(void) {
  sigset_t none;
  for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

// In a child, so that what succeeds (another user, another namespace) does not help the next one.
static int run_one(const struct attempt *attempt) {
  int ends[2], answer = skipped, status = 0;
  if (pipe(ends) != 0) return errno;
  const pid_t child = fork();
  if (child < 0) {  // an engine that may have no children tries it itself
    close(ends[0]), close(ends[1]);
    return attempt->run();
  }
  if (child == 0) {
    close(ends[0]);
    forget_signals();
    alarm(attempt_seconds);
    answer = attempt->run();
    if (write(ends[1], &answer, sizeof answer) != sizeof answer) _exit(1);
    _exit(0);
  }
  close(ends[1]);
  const ssize_t got = read(ends[0], &answer, sizeof answer);
  close(ends[0]);
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (got == sizeof answer) return answer;
  return WIFSIGNALED(status) ? -WTERMSIG(status) : ECHILD;
}

static void run_table(int results, const struct attempt *table) {
  for (; table->name; table++) {
    const int answer = run_one(table);
    if (answer == skipped) dprintf(results, "%s\tskipped\n", table->name);
    else dprintf(results, "%s\t%d\n", table->name, answer);
  }
}

void run_attempts(const char *results) {
  const int fd = open(results, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0) return;
  run_table(fd, file_attempts);
  run_table(fd, process_attempts);
  run_table(fd, memory_attempts);
  run_table(fd, socket_attempts);
  run_table(fd, received_attempts);  // last: they can break the connection that they are asked over
  dprintf(fd, "done\t0\n");
  close(fd);
}

int leave_daemon(const char *name) {
  const pid_t child = fork();
  if (child < 0) return errno;
  if (child > 0) {
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : EINTR;
  }
  setsid();
  const pid_t grandchild = fork();
  if (grandchild != 0) _exit(grandchild < 0 ? errno : 0);
  setsid();
  for (int number = 1; number < NSIG; number++) signal(number, SIG_IGN);
  prctl(PR_SET_PDEATHSIG, 0);
  prctl(PR_SET_NAME, name);
  for (int fd = 0; fd < 1024; fd++) close(fd);
  for (int second = 0; second < daemon_seconds; second++) sleep(1);  // its end, should the test not see to it
  _exit(0);
}
