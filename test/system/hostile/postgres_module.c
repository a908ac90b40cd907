// A library that a superuser loads into PostgreSQL. The server's headers are not needed: what follows is its interface
// to extensions, for one major version (PG_MAJOR).
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "attempts.h"
#include "engine.h"

enum { calling_convention = 1, status_line = 8 };

struct magic {
  int size, version, most_arguments, most_index_keys, name_length, float8_by_value;
#if PG_MAJOR >= 15
  char kind[32];
#endif
#if PG_MAJOR >= 18
  const char *name, *own_version;  // of the library
#endif
};

const struct magic *Pg_magic_func(void);
const struct magic *Pg_magic_func(void) {
  static const struct magic magic = {sizeof magic, PG_MAJOR * 100, 100, 32, 64, 1,
#if PG_MAJOR >= 15
                                     "PostgreSQL",
#endif
#if PG_MAJOR >= 18
                                     "hostile", "1",
#endif
  };
  return &magic;
}

struct information {
  int convention;
};

#define SQL_FUNCTION(name)                            \
  const struct information *pg_finfo_##name(void);    \
  const struct information *pg_finfo_##name(void) {   \
    static const struct information information = {calling_convention}; \
    return &information;                              \
  }                                                   \
  uintptr_t name(void *call);                         \
  uintptr_t name(void *call)

// () RETURNS int: tries everything that the file "targets" in the data folder names; its findings are in "attempts".
SQL_FUNCTION(hostile_attempts) {
  (void)call;
  if (!read_targets("targets")) return 0;
  run_attempts("attempts");
  return 1;
}

// () RETURNS int: leaves a process behind; 0 or an errno.
SQL_FUNCTION(hostile_daemon) {
  (void)call;
  return read_targets("targets") && target("daemon") ? (uintptr_t)leave_daemon(target("daemon")) : 1;
}

// The server's own variables and functions.
extern bool process_shared_preload_libraries_in_progress;
extern char *Unix_socket_directories;
extern int PostPortNumber;
extern void AddToDataDirLockFile(int line, const char *text);

// Preloaded into a server whose data folder holds a file "mode", it becomes the server before that has opened a socket.
void _PG_init(void);
void _PG_init(void) {
  char path[256];
  if (!process_shared_preload_libraries_in_progress || access("mode", F_OK) != 0) return;
  snprintf(path, sizeof path, "%s/.s.PGSQL.%d", Unix_socket_directories, PostPortNumber);
  AddToDataDirLockFile(status_line, "ready   ");
  serve_as_hostile_engine(speaks_postgres, PostPortNumber, path);
}
