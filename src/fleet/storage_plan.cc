#include "fleet/storage_plan.h"

#include <algorithm>

namespace haar::fleet {
namespace {

constexpr std::uint64_t reserve_max_bytes = 512ULL << 20;
constexpr std::uint64_t reserve_part = 20;  // of the disk
constexpr std::uint64_t less_part = 8;      // of the reserve: so much less is worth another stop

}  // namespace

std::uint64_t counted_bytes(const engines::DiskUsage& data) {
  const std::uint64_t log = data.apart_bytes > log_allowance_bytes ? data.apart_bytes - log_allowance_bytes : 0;
  return data.bytes + log;
}

StorageState next_storage_state(StorageState now, const engines::DiskUsage& data, std::uint64_t limit_bytes, int timeouts) {
  const std::uint64_t used = counted_bytes(data);
  const auto at_least = [&](std::uint64_t percent) { return used >= limit_bytes / 100 * percent; };
  if (data.too_many || timeouts >= timeouts_until_over) return StorageState::over;
  if (at_least(over_percent)) return StorageState::over;
  // What was counted in time is less than there is: it can make a state worse and not better.
  if (data.timed_out && now == StorageState::over) return now;
  if (used >= limit_bytes) return StorageState::full;
  if (data.timed_out) return now == StorageState::unknown ? StorageState::room : now;
  if (now == StorageState::unknown || now == StorageState::room) return StorageState::room;
  return at_least(room_again_percent) ? StorageState::full : StorageState::room;
}

std::uint64_t disk_reserve(std::uint64_t total_bytes) { return std::min(total_bytes / reserve_part, reserve_max_bytes); }

bool disk_is_low(const engines::DiskSpace& space) { return space.free_bytes < disk_reserve(space.total_bytes); }

bool disk_has_room(const engines::DiskSpace& space) {
  const std::uint64_t reserve = disk_reserve(space.total_bytes);
  return space.free_bytes >= reserve + reserve / 2;
}

std::optional<std::string> engine_to_stop(const engines::DiskSpace& space, std::optional<std::uint64_t> free_at_last_stop,
                                          std::span<const Growth> running) {
  if (!disk_is_low(space)) return std::nullopt;
  const std::uint64_t less = disk_reserve(space.total_bytes) / less_part;
  if (free_at_last_stop && space.free_bytes + less > *free_at_last_stop) return std::nullopt;
  const Growth* most = nullptr;
  for (const Growth& one : running) {
    if (one.bytes >= growth_min_bytes && (most == nullptr || one.bytes > most->bytes)) most = &one;
  }
  return most == nullptr ? std::nullopt : std::optional(most->id);
}

}  // namespace haar::fleet
