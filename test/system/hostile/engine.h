// An engine that is the attacker's own from its first instruction.
//
// The file "mode" in the working folder says how it behaves; it is read again and again, so a test can change it:
//   good      answers as the real one would, as far as haar asks (the default)
//   silent    accepts connections and never answers
//   garbage   answers bytes that mean nothing
//   endless   answers, and never ends
//   stuck     answers until haar has been answered once, then neither accepts nor reads
// Whatever the mode, it ignores every signal that can be ignored.
#pragma once

enum language { speaks_redis, speaks_memcached, speaks_postgres };

// Listens on the TCP port and, unless it is NULL, on the Unix socket; never returns.
void serve_as_hostile_engine(enum language language, int port, const char *unix_path);
