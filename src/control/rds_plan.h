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
  await_engine,        // it runs: until it answers
  stop_engine,         // its storage is used up, or it was given up: it rests
  create_master,       // the first start of this volume
  finish_instance,     // open the endpoints, then say available, and that there is no problem any more
  remove_instance,     // stop the engine, give back interface and address
  remove_cluster,      // no instance is left: delete the volume
};

struct RdsObserved {
  bool engine_running = false;
  bool engine_ready = false;  // it answers
  bool must_rest = false;     // its storage does not allow it to run
};

// `instance` is null if the cluster has none.
RdsStep next_step(const rds::ClusterRecord& cluster, const rds::InstanceRecord* instance, const RdsObserved& observed);
// Whether the step is the instance's or, without one, nobody's; the others are the cluster's own.
bool is_of_instance(RdsStep step);
std::string_view step_name(RdsStep step);

}  // namespace haar::control
