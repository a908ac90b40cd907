// When a database volume counts as full, and which engine has to stop when the disk itself runs out: pure, so that
// every case can be tested as a table.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "engines/disk_usage.h"

namespace haar::fleet {

enum class StorageState : std::uint8_t {
  unknown,  // not measured yet
  room,
  full,  // at its limit: the engine refuses writes unless a session insists
  over,  // far beyond it, or beyond counting: the engine is stopped
};

// Between the two a session that insists can make room; a statement that was under way can end.
inline constexpr std::uint64_t over_percent = 125;
// A volume that was full has room again below this: a state that flickers helps nobody.
inline constexpr std::uint64_t room_again_percent = 95;
// PostgreSQL's log is bounded by its configuration (max_wal_size, wal_keep_size and what a checkpoint under way adds)
// and is not what a tenant keeps: so much of it does not count.
inline constexpr std::uint64_t log_allowance_bytes = 768ULL << 20;
// Measurements in a row that ran out of time until the volume counts as beyond counting.
inline constexpr int timeouts_until_over = 6;

// What counts against the limit.
std::uint64_t counted_bytes(const engines::DiskUsage& data);

// `timeouts`: measurements in a row, this one included, that ran out of time.
StorageState next_storage_state(StorageState now, const engines::DiskUsage& data, std::uint64_t limit_bytes, int timeouts);

// What is kept free for haar's own state and for the engines' logs: a twentieth of the disk, half a GiB at most.
std::uint64_t disk_reserve(std::uint64_t total_bytes);
// Stopped engines start again when there is half as much again: one more step is not to empty the disk at once.
bool disk_has_room(const engines::DiskSpace& space);
bool disk_is_low(const engines::DiskSpace& space);

struct Growth {
  std::string id;
  std::uint64_t bytes = 0;  // lately
};
// Less is no growth: a checkpoint, statistics.
inline constexpr std::uint64_t growth_min_bytes = 1 << 20;

// The engine to stop on a disk that is low; nullopt: none. `free_at_last_stop`: stopping takes no byte off the disk, so
// another one has to stop only if it became less since; nullopt if none was stopped.
std::optional<std::string> engine_to_stop(const engines::DiskSpace& space, std::optional<std::uint64_t> free_at_last_stop,
                                          std::span<const Growth> running);

}  // namespace haar::fleet
