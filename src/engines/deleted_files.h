// Disk that an engine holds without a name: a file that was deleted while it is open, or mapped, takes its room until
// its last holder ends, and no walk through folders finds it. PostgreSQL has such files for a moment; whoever owns the
// engine can have nothing but such files.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace haar::engines {

// The process and all that descend from it, as /proc shows them, and every process of `own_user` if the engine has a
// user of its own. In no order.
std::vector<pid_t> processes_of(pid_t process, std::optional<uid_t> own_user);

// What cannot be looked into may hold anything: it counts as so much.
inline constexpr std::uint64_t unseen_bytes = 1ULL << 50;

// Bytes of files without a name that these processes hold, each file once. Bounded in processes and descriptors.
std::uint64_t deleted_bytes(const std::vector<pid_t>& processes);

}  // namespace haar::engines
