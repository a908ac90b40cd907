// The system calls that an engine may not make: a seccomp filter, put on between fork and exec and never taken
// off. It holds what Landlock does not: connect() to Unix sockets by path, datagrams, sockets of the network,
// other processes' memory, changes of modes and owners by path. https://docs.kernel.org/userspace-api/seccomp_filter.html
//
// What is refused fails with EPERM; a socket family with EAFNOSUPPORT, as on a kernel without it; clone3 and calls
// newer than the table with ENOSYS, so that the C library takes the older way.
#pragma once

#include <linux/filter.h>

#include <vector>

namespace haar::engines::seccomp {

enum class Kind {
  engine,  // serves tenants: everything below is refused
  maker,   // initdb, before a tenant has come: it sets modes and owners in its own folder
};

std::vector<sock_filter> program(Kind kind);

// From here on, for this process and its children, for good. Only system calls: safe after fork. Needs
// no_new_privs. False and errno on failure.
bool install(const std::vector<sock_filter>& filter);

// Whether this kernel takes filters.
bool available();

}  // namespace haar::engines::seccomp
