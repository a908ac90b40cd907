// What keeps the log within bounds: events go when they are too old, and the oldest when there are too many.
#pragma once

#include <cstdint>

#include "base/clock.h"
#include "base/result.h"
#include "store/db.h"

namespace haar::events {

struct Bounds {
  // CloudTrail's event history covers 90 days.
  // https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html
  std::int64_t seconds_max = 90LL * 24 * 3600;
  std::uint64_t bytes_max = 1ULL << 30;      // keys and values, of blocks and lookups
  std::uint64_t rows_max = 8'000'000;        // blocks and lookups
  // In one sweep, so that the store's other works get their turn.
  int steps_max = 256;
};

// Blocks that one step takes, each in a transaction of its own with what it is found by.
inline constexpr std::size_t blocks_a_step = 16;

// Whether the bounds are kept now; if not, there is more to sweep.
Result<bool> sweep(store::Db& db, Timestamp now, const Bounds& bounds);

}  // namespace haar::events
