#include "services/ec2/plan/instance.h"

#include "services/ec2/instances/instances.h"

namespace haar::ec2 {

std::string_view step_name(InstanceStep step) {
  switch (step) {
    case InstanceStep::none: return "none";
    case InstanceStep::start: return "start";
    case InstanceStep::stop: return "stop";
    case InstanceStep::terminate: return "terminate";
    case InstanceStep::forget: return "forget";
  }
  return "?";
}

InstanceStep next_step(const InstanceRecord& wanted, const InstanceSeenRecord& seen, Timestamp now) {
  if (seen.state == instance_state::terminated) {
    return seen.since.plus_seconds(terminated_seconds) <= now ? InstanceStep::forget : InstanceStep::none;
  }
  // A wish that was made while an earlier one was done is a newer generation, though its state may be the same.
  const bool as_wished = seen.state == wanted.wanted && seen.observed_generation == wanted.generation && seen.problem.empty();
  if (as_wished) return InstanceStep::none;
  if (wanted.wanted == instance_state::terminated) return InstanceStep::terminate;
  return wanted.wanted == instance_state::stopped ? InstanceStep::stop : InstanceStep::start;
}

}  // namespace haar::ec2
