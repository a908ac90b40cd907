#include "control/rds_plan.h"

#include <gtest/gtest.h>

#include <optional>

namespace haar::control {
namespace {

struct Case {
  const char* cluster;
  bool volume, master;
  const char* instance;  // nullptr: there is none
  bool running, ready, must_rest;
  RdsStep step;
};

TEST(RdsPlan, every_situation_has_its_step) {
  using enum RdsStep;
  for (const Case& c : {
           Case{"creating", false, false, nullptr, false, false, false, make_volume},
           Case{"creating", true, false, nullptr, false, false, false, finish_cluster},
           Case{"available", true, false, nullptr, false, false, false, none},
           // An instance asked for before the volume is there waits for it.
           Case{"creating", false, false, "creating", false, false, false, make_volume},
           Case{"available", true, false, "creating", false, false, false, start_engine},
           Case{"available", true, false, "creating", true, true, false, create_master},
           Case{"available", true, true, "creating", true, true, false, finish_instance},
           Case{"available", true, true, "available", true, true, false, none},
           // An engine that runs is asked until it answers, when it starts and whenever it has ceased to.
           Case{"available", true, false, "creating", true, false, false, await_engine},
           Case{"available", true, true, "available", true, false, false, await_engine},
           // One whose storage is used up rests until it has room, or is deleted.
           Case{"available", true, true, "available", true, true, true, stop_engine},
           Case{"available", true, true, "available", true, false, true, stop_engine},
           Case{"available", true, true, "available", false, false, true, none},
           Case{"available", true, true, "creating", false, false, true, none},
           Case{"available", true, true, "deleting", false, false, true, remove_instance},
           // An engine that has ended is started again.
           Case{"available", true, true, "available", false, false, false, start_engine},
           Case{"available", true, true, "creating", false, false, false, start_engine},
           // What was given up rests until it is deleted.
           Case{"failed", false, false, nullptr, false, false, false, none},
           Case{"failed", false, false, "creating", false, false, false, none},
           Case{"available", true, false, "failed", false, false, false, none},
           Case{"available", true, false, "failed", true, false, false, stop_engine},
           // Deleting gets through whatever was half done; the instance goes before its cluster.
           Case{"available", true, true, "deleting", true, true, false, remove_instance},
           Case{"available", true, false, "deleting", false, false, false, remove_instance},
           Case{"deleting", true, true, "deleting", true, true, false, remove_instance},
           Case{"failed", false, false, "deleting", false, false, false, remove_instance},
           Case{"deleting", true, true, nullptr, false, false, false, remove_cluster},
           Case{"deleting", false, false, nullptr, false, false, false, remove_cluster},
           Case{"deleting", true, true, "available", true, true, false, none},
       }) {
    rds::ClusterRecord cluster;
    cluster.status = c.cluster;
    cluster.volume_ready = c.volume;
    cluster.master_ready = c.master;
    std::optional<rds::InstanceRecord> instance;
    if (c.instance != nullptr) instance.emplace().status = c.instance;
    const RdsStep step = next_step(cluster, instance ? &*instance : nullptr, {c.running, c.ready, c.must_rest});
    EXPECT_EQ(step, c.step) << c.cluster << " volume " << c.volume << " master " << c.master << " instance "
                            << (c.instance == nullptr ? "-" : c.instance) << " running " << c.running << " ready "
                            << c.ready << " must rest " << c.must_rest << ": "
                            << step_name(step);
  }
}

TEST(RdsPlan, a_problem_that_is_over_is_taken_back) {
  rds::ClusterRecord cluster;
  cluster.status = rds::status::available;
  cluster.volume_ready = cluster.master_ready = true;
  rds::InstanceRecord instance;
  instance.status = rds::status::available;
  instance.problem = "the engine did not start";
  EXPECT_EQ(next_step(cluster, &instance, {false, false, false}), RdsStep::start_engine);
  EXPECT_EQ(next_step(cluster, &instance, {true, true, false}), RdsStep::finish_instance);
}

}  // namespace
}  // namespace haar::control
