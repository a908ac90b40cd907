// How much disk an engine's folder takes. What lies in it is the engine's, and the engine may be hostile: nothing is
// followed or opened but folders, and files without number, folders without end and slow disks cost a bounded time.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/result.h"

namespace haar::engines {

struct DiskBounds {
  std::size_t entries_max = 1'000'000;  // files and folders; PostgreSQL has about a thousand a volume
  int depth_max = 16;                   // PostgreSQL's own are five deep
  std::chrono::milliseconds time_max{10'000};
  const std::atomic<bool>* cancelled = nullptr;  // becomes true: as if the time were over
};

struct DiskUsage {
  std::uint64_t bytes = 0;        // as the disk counts them: holes take nothing, a last block counts whole
  std::uint64_t apart_bytes = 0;  // of the folder that was to be counted apart; not in `bytes`
  std::size_t entries = 0;
  bool too_many = false;   // more entries, or deeper, than the bounds, or closed to haar: counting ended there
  bool timed_out = false;  // likewise for the time
};

// `apart`: the name of a folder right below `folder` that is counted by itself; empty for none. A file with several
// names counts at each. What disappears meanwhile is not counted. Error if `folder` itself cannot be opened.
Result<DiskUsage> disk_usage(const std::string& folder, const std::string& apart, const DiskBounds& bounds);

struct DiskSpace {
  std::uint64_t free_bytes = 0;  // that an ordinary user can take
  std::uint64_t total_bytes = 0;
};
Result<DiskSpace> disk_space(const std::string& folder);

}  // namespace haar::engines
