// What haar remembers of a process that may outlive it, and how it recognises it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

#include "base/file.h"
#include "base/result.h"

namespace haar::engines {

struct ProcessRecord {
  std::string id;
  pid_t pid = 0;
  std::uint64_t start_time = 0;  // clock ticks since boot: /proc/<pid>/stat, field 22
  std::string boot_id;           // of the kernel that gave out the pid
  std::string folder;            // the working folder it was started in
  bool outdated = false;         // of a haar whose confinement had holes
};

std::string record_path(const std::string& record_folder);
Result<void> write_record(const std::string& record_folder, const ProcessRecord& record);
// nullopt if there is none, or none that can be read (which is logged).
std::optional<ProcessRecord> read_record(const std::string& record_folder);
void remove_record(const std::string& record_folder);

std::string boot_id();
// nullopt if there is no such process, or only its corpse.
std::optional<std::uint64_t> start_time_of(pid_t pid);
// A pidfd of the recorded process if it lives: same boot, same start time, same working folder. Invalid
// otherwise; a stranger that got the number later never matches.
Fd open_recorded(const ProcessRecord& record);

}  // namespace haar::engines
