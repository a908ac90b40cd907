// Landlock, the kernel's sandbox that a process puts itself into. Called between fork and exec: nothing here
// allocates. https://docs.kernel.org/userspace-api/landlock.html
#pragma once

#include <cstdint>

namespace haar::engines::landlock {

// The kernel's ABI version; 0 if it has no Landlock or has it switched off.
int abi();
// A ruleset that refuses everything the ABI can refuse: file access, TCP bind and connect (4), signals to and
// abstract sockets of processes outside (6). -1 and errno on failure.
int create(int abi);
// Permits a file, or a folder with everything beneath; writing makes files and folders, no devices, links, sockets or
// FIFOs. A path that is not there, or that this
// user cannot reach anyway, is skipped.
bool allow_path(int ruleset, int abi, const char* path, bool read, bool write, bool exec);
// From here on, for this process and its children, for good. Closes the ruleset.
bool restrict_self(int ruleset);

}  // namespace haar::engines::landlock
