#include "control/rds_plan.h"

#include <gtest/gtest.h>

#include <optional>

namespace haar::control {
namespace {

struct Case {
  const char* cluster;
  bool volume, master;
  const char* instance;  // nullptr: there is none
  bool running;
  RdsStep step;
};

TEST(RdsPlan, every_situation_has_its_step) {
  using enum RdsStep;
  for (const Case& c : {
           Case{"creating", false, false, nullptr, false, make_volume},
           Case{"creating", true, false, nullptr, false, finish_cluster},
           Case{"available", true, false, nullptr, false, none},
           // An instance asked for before the volume is there waits for it.
           Case{"creating", false, false, "creating", false, make_volume},
           Case{"available", true, false, "creating", false, start_engine},
           Case{"available", true, false, "creating", true, create_master},
           Case{"available", true, true, "creating", true, finish_instance},
           Case{"available", true, true, "available", true, none},
           // An engine that has ended is started again.
           Case{"available", true, true, "available", false, start_engine},
           Case{"available", true, true, "creating", false, start_engine},
           // What was given up rests until it is deleted.
           Case{"failed", false, false, nullptr, false, none},
           Case{"failed", false, false, "creating", false, none},
           Case{"available", true, false, "failed", false, none},
           // Deleting gets through whatever was half done; the instance goes before its cluster.
           Case{"available", true, true, "deleting", true, remove_instance},
           Case{"available", true, false, "deleting", false, remove_instance},
           Case{"deleting", true, true, "deleting", true, remove_instance},
           Case{"failed", false, false, "deleting", false, remove_instance},
           Case{"deleting", true, true, nullptr, false, remove_cluster},
           Case{"deleting", false, false, nullptr, false, remove_cluster},
           Case{"deleting", true, true, "available", true, none},
       }) {
    rds::ClusterRecord cluster;
    cluster.status = c.cluster;
    cluster.volume_ready = c.volume;
    cluster.master_ready = c.master;
    std::optional<rds::InstanceRecord> instance;
    if (c.instance != nullptr) instance.emplace().status = c.instance;
    const RdsStep step = next_step(cluster, instance ? &*instance : nullptr, {c.running});
    EXPECT_EQ(step, c.step) << c.cluster << " volume " << c.volume << " master " << c.master << " instance "
                            << (c.instance == nullptr ? "-" : c.instance) << " running " << c.running << ": "
                            << step_name(step);
  }
}

}  // namespace
}  // namespace haar::control
