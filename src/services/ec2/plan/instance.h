// What to do next for an instance: pure, so that every combination can be tested as a table.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/clock.h"
#include "services/ec2/instances/records.h"

namespace haar::ec2 {

// For how long a terminated instance is shown.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/terminating-instances.html
inline constexpr std::int64_t terminated_seconds = 3600;

enum class InstanceStep : std::uint8_t {
  none,       // as wanted
  start,      // hold its address, so that connections may come from it: then it runs
  stop,       // its address stands for nobody
  terminate,  // give back its interfaces and its address
  forget,     // it was shown long enough
};
std::string_view step_name(InstanceStep step);

// `seen`: the default of one of which nothing was seen yet.
InstanceStep next_step(const InstanceRecord& wanted, const InstanceSeenRecord& seen, Timestamp now);

}  // namespace haar::ec2
