#include "services/rds/secret/rotation_plan.h"

#include <gtest/gtest.h>

namespace haar::rds {
namespace {

struct World {
  ClusterRecord cluster;
  ClusterStateRecord seen;
  secretsmanager::SecretRecord secret;
  bool available = true, timer_set = false;

  World() {
    cluster.master_secret = "rds!cluster-1";
    cluster.password_version = "v1";
    cluster.password_generation = 1;
    seen.password_set = 1;
    secret.rotates = true;
    secret.rotates_next_at = Timestamp::from_seconds(1000);
  }
  [[nodiscard]] RotationStep at(std::int64_t seconds) const {
    return plan_rotation({cluster, seen, secret, available, timer_set, Timestamp::from_seconds(seconds)});
  }
};

TEST(RotationPlan, WaitsForItsDayByATimer) {
  World world;
  EXPECT_EQ(world.at(999), RotationStep::set_timer);
  world.timer_set = true;
  EXPECT_EQ(world.at(999), RotationStep::nothing);
  EXPECT_EQ(world.at(1000), RotationStep::begin);
  world.available = false;
  EXPECT_EQ(world.at(1000), RotationStep::wait);
  world.secret.rotates = false;
  EXPECT_EQ(world.at(1000), RotationStep::nothing);
}

TEST(RotationPlan, TheEngineComesBeforeTheLabel) {
  World world;
  world.secret.rotating_to = "v2";
  EXPECT_EQ(world.at(0), RotationStep::make_password);
  world.cluster.password_version = "v2";
  world.cluster.password_generation = 2;
  EXPECT_EQ(world.at(0), RotationStep::wait);
  world.seen.password_set = 2;
  EXPECT_EQ(world.at(0), RotationStep::finish);
}

TEST(RotationPlan, AskedForItBeginsThoughNoEngineRuns) {
  World world;
  world.available = false;
  world.secret.rotating_to = "v2";
  EXPECT_EQ(world.at(0), RotationStep::make_password);
}

TEST(RotationPlan, ADeletedClusterIsLeftAlone) {
  World world;
  world.secret.rotating_to = "v2";
  world.cluster.deleting = true;
  EXPECT_EQ(world.at(5000), RotationStep::nothing);
}

}  // namespace
}  // namespace haar::rds
