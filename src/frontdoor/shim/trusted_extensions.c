// Part of what is preloaded into an engine. PostgreSQL reserves some extensions to superusers that Aurora lets members of
// rds_superuser create. Others, whose control file says `trusted = true`, whoever may create objects in a database may
// create: the server itself runs their script, and what they make belongs to its administrator. Here the server reads that
// line in the control files of the extensions below, as they lie on this machine; the files stay as they are.
//
// What is in this list has been looked at: its script comes with PostgreSQL and names its objects so that nothing in the
// tenant's schemas is taken for them, and nothing in it reads or writes files, runs programs, connects to anybody, or shows
// pages and log records past the permissions of tables. docs/decisions/2026-11-30-extensions-for-tenants.md
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { control_file_max = 4096 };

static const char *const trusted[] = {
    "amcheck",          "autoinc", "bloom",  "dict_xsyn",     "insert_username",    "intagg",
    "moddatetime",      "pg_buffercache",    "pg_freespacemap", "pg_prewarm",       "pg_stat_statements",
    "pg_visibility",    "pgrowlocks",        "pgstattuple",   "refint",             "sslinfo",
};
static const char line[] = "\ntrusted = true\n";

// ".../extension/<one of the list>.control", which no engine can write.
static int is_trusted(const char *path) {
  static const char folder[] = "/extension", ending[] = ".control";
  const size_t folder_length = sizeof folder - 1;
  const char *name = path != NULL ? strrchr(path, '/') : NULL;
  if (name == NULL || path[0] != '/' || (size_t)(name - path) < folder_length) return 0;
  if (strncmp(name - folder_length, folder, folder_length) != 0) return 0;
  name++;
  const size_t length = strlen(name);
  if (length <= sizeof ending - 1 || strcmp(name + length - (sizeof ending - 1), ending) != 0) return 0;
  for (size_t i = 0; i < sizeof trusted / sizeof *trusted; i++) {
    const size_t named = strlen(trusted[i]);
    if (named == length - (sizeof ending - 1) && strncmp(trusted[i], name, named) == 0) return 1;
  }
  return 0;
}

// The file's content with the line; NULL on errno.
static FILE *open_trusted(const char *path) {
  char content[control_file_max];
  size_t have = 0;
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return NULL;
  for (;;) {
    const ssize_t got = read(fd, content + have, sizeof content - have);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0 || have == sizeof content) break;
    have += (size_t)got;
  }
  close(fd);
  if (have + sizeof line > sizeof content) return fopen64(path, "r");
  memcpy(content + have, line, sizeof line - 1);
  have += sizeof line - 1;
  FILE *const file = fmemopen(NULL, have + 1, "w+");
  if (file == NULL) return NULL;
  if (fwrite(content, 1, have, file) != have || fflush(file) != 0) {
    fclose(file);
    errno = EIO;
    return NULL;
  }
  rewind(file);
  return file;
}

// The other name of the C library's own is fopen64.
FILE *fopen(const char *path, const char *mode) {
  if (mode != NULL && mode[0] == 'r' && strchr(mode, '+') == NULL && is_trusted(path)) return open_trusted(path);
  return fopen64(path, mode);
}
