// What the parts of the preloaded library share.
#pragma once

#include <stddef.h>

#define HAAR_HIDDEN __attribute__((visibility("hidden")))

enum { token_bytes = 32 };

// One message of a socket of haar's: its descriptor if a permitted user who knows the token sent exactly one, -2 if it is
// to be ignored, -1 on errno (EAGAIN: there is none).
HAAR_HIDDEN int shim_receive_one(int fd);

// The socket to which haar hands connections by which log-ins are asked about; -1: none.
HAAR_HIDDEN extern int shim_logins;
