// A program that calls itself redis-server or memcached, and is neither.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine.h"

static int ends_with(const char *text, const char *end) {
  const size_t size = strlen(text), tail = strlen(end);
  return size >= tail && strcmp(text + size - tail, end) == 0;
}

// "port 6379" and "unixsocket /path" in redis's configuration file.
static int serve_redis(const char *configuration) {
  char key[64], value[256], unix_path[256] = "";
  int port = 6379;
  FILE *file = fopen(configuration, "r");
  if (!file) return 2;
  while (fscanf(file, "%63s%255[^\n]", key, value) == 2) {
    if (strcmp(key, "port") == 0) port = atoi(value);
    if (strcmp(key, "unixsocket") == 0) sscanf(value, " %255s", unix_path);
  }
  fclose(file);
  serve_as_hostile_engine(speaks_redis, port, unix_path[0] ? unix_path : NULL);
  return 0;
}

int main(int argc, char **argv) {
  const int redis = ends_with(argv[0], "redis-server");
  if (argc > 1 && strcmp(argv[1], "--version") == 0) {
    puts(redis ? "Redis server v=7.0.15 sha=00000000:0 malloc=libc bits=64" : "memcached 1.6.18");
    return 0;
  }
  if (redis) return argc > 1 ? serve_redis(argv[1]) : 2;
  int port = 11211;
  for (int i = 1; i + 1 < argc; i++)
    if (strcmp(argv[i], "-p") == 0) port = atoi(argv[i + 1]);
  serve_as_hostile_engine(speaks_memcached, port, NULL);
  return 0;
}
