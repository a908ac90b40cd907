// What an engine uses of the machine, as the kernel says: nothing here is read that an engine can write.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string_view>

namespace haar::engines {

struct ProcessUsage {
  double cpu_seconds = 0;          // of the process and all below it, those that have ended too
  std::uint64_t memory_bytes = 0;  // of those that run; what several share counts once
};
// nullopt: there is no such process.
std::optional<ProcessUsage> usage_of(pid_t process);

// The processor time in /proc/<pid>/stat, in ticks: its own and that of children that have ended. The name in it is what the
// process calls itself, brackets and blanks among it. nullopt: it is no such text.
std::optional<std::uint64_t> ticks_in(std::string_view stat);

}  // namespace haar::engines
