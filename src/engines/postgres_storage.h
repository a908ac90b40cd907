// A PostgreSQL whose volume has reached its limit: it takes connections and reads as before, and refuses writes unless
// a session says otherwise. Room can be made so: SET default_transaction_read_only = off; DROP TABLE …
#pragma once

#include "base/result.h"
#include "engines/instance.h"
#include "engines/supervisor.h"

namespace haar::engines::postgres {

// Writes <conf>/storage.conf, which the server's configuration includes, and has a running server read it: all its
// sessions follow with their next transaction. The file stays for later starts. Only for a server that is stopped or
// answers already: one that is just starting does not know the signal yet.
Result<void> set_read_only(Supervisor& supervisor, const InstanceSpec& spec, bool read_only);

}  // namespace haar::engines::postgres
