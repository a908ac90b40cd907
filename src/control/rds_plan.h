// What to do next for a DB cluster: pure, so that every combination can be tested as a table.
#pragma once

#include <cstdint>
#include <string_view>

#include "services/rds/records.h"

namespace haar::control {

enum class RdsStep : std::uint8_t {
  none,
  make_volume,         // copy the template; then the cluster is available
  finish_cluster,      // the volume is there: say so
  start_engine,        // adopt it if it runs, start it if not
  create_master,       // the first start of this volume
  finish_instance,     // open the endpoints, then say available
  remove_instance,     // stop the engine, give back interface and address
  remove_cluster,      // no instance is left: delete the volume
};

struct RdsObserved {
  bool engine_running = false;
};

// `instance` is null if the cluster has none.
RdsStep next_step(const rds::ClusterRecord& cluster, const rds::InstanceRecord* instance, const RdsObserved& observed);
std::string_view step_name(RdsStep step);

}  // namespace haar::control
