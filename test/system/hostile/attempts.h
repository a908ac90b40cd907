// What a tenant's native code tries. The same code runs inside an engine (loaded by PostgreSQL, or as a program that
// calls itself redis-server or memcached) and, to show that each attempt can succeed, outside of any confinement.
//
// A file "targets" of lines "key value" says what there is to reach. Each attempt runs in a child of its own and
// becomes one line of the file "attempts": its name, a tab, and 0 (it succeeded), an errno (it was refused), a negative
// signal number (it was ended), or "skipped" (there was no such target).
#pragma once
#include <stddef.h>
#include <sys/types.h>

enum { skipped = -1000 };

struct attempt {
  const char *name;
  int (*run)(void);  // 0, an errno, or `skipped`
};

extern const struct attempt socket_attempts[], received_attempts[], process_attempts[], file_attempts[],
    memory_attempts[];

// Reads the targets; false if the file is not there (yet).
int read_targets(const char *path);
// The value of a key, or NULL; target_number() is -1 then.
const char *target(const char *key);
long target_number(const char *key);
// The n-th value of a key that is there several times, or NULL.
const char *target_at(const char *key, int n);

// Tries everything; a last line "done 0" says that there are no more.
void run_attempts(const char *results);
// Leaves a process behind that ignores what it can and bears this name (15 bytes at most). 0 or an errno.
int leave_daemon(const char *name);
// 0 for a result that is not -1, otherwise errno.
int outcome(long result);
