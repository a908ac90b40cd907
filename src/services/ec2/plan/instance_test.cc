#include "services/ec2/plan/instance.h"

#include <gtest/gtest.h>

#include "services/ec2/instances/instances.h"

namespace haar::ec2 {
namespace {

using enum InstanceStep;

struct Row {
  std::string_view wanted;
  std::uint64_t generation;
  std::string_view seen;
  std::uint64_t observed;
  std::int64_t seconds_since;
  InstanceStep next;
  std::string_view shown;
};

const Row rows[] = {
    {"running", 1, "pending", 0, 0, start, "pending"},
    {"running", 1, "running", 1, 0, none, "running"},
    {"stopped", 2, "running", 1, 0, stop, "stopping"},
    {"stopped", 2, "stopped", 2, 0, none, "stopped"},
    {"running", 3, "stopped", 2, 0, start, "pending"},
    // Stopped and started again before anybody looked: the later wish is what is done.
    {"running", 3, "running", 1, 0, start, "running"},
    {"terminated", 2, "pending", 0, 0, terminate, "shutting-down"},
    {"terminated", 2, "running", 1, 0, terminate, "shutting-down"},
    {"terminated", 3, "stopped", 2, 0, terminate, "shutting-down"},
    {"terminated", 2, "terminated", 2, terminated_seconds - 1, none, "terminated"},
    {"terminated", 2, "terminated", 2, terminated_seconds, forget, "terminated"},
};

TEST(InstancePlan, each_wish_has_its_step) {
  const Timestamp now = Timestamp::from_seconds(1'800'000'000);
  for (const Row& row : rows) {
    InstanceRecord wanted;
    wanted.wanted = row.wanted;
    wanted.generation = row.generation;
    InstanceSeenRecord seen;
    seen.state = row.seen;
    seen.observed_generation = row.observed;
    seen.since = now.plus_seconds(-row.seconds_since);
    SCOPED_TRACE(std::string(row.wanted) + " " + std::string(row.seen));
    EXPECT_EQ(next_step(wanted, seen, now), row.next);
    EXPECT_EQ(state_of(wanted, seen), row.shown);
  }
}

TEST(InstancePlan, a_problem_is_tried_again) {
  InstanceRecord wanted;
  InstanceSeenRecord seen{1, "running", "the address was taken", Timestamp::from_seconds(1)};
  EXPECT_EQ(next_step(wanted, seen, Timestamp::from_seconds(2)), start);
}

}  // namespace
}  // namespace haar::ec2
