// The seccomp filter that hands every connect() of a process and its children to a supervisor. It needs no privilege,
// and holds for programs that are linked statically, since it stands in the kernel.
// https://man7.org/linux/man-pages/man2/seccomp_unotify.2.html
#pragma once

#include <linux/filter.h>

#include <vector>

#include "base/result.h"

namespace haar::main {

// connect() waits for the supervisor. What would connect without it does not exist: MSG_FASTOPEN of the send calls
// (EOPNOTSUPP) and io_uring (ENOSYS), for which programs have another way. A program of another architecture, whose
// calls have other numbers, ends at once.
std::vector<sock_filter> connect_filter();

// Error "Unsupported", which says what is missing: a kernel before 5.6, or a sandbox around this process.
Result<void> can_filter_connects();

// Puts the filter on this process. The descriptor of the supervisor, which closes on exec; or -errno.
int install_connect_filter();

}  // namespace haar::main
