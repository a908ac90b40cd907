#include "control/rds_plan.h"

namespace haar::control {

RdsStep next_step(const rds::ClusterRecord& cluster, const rds::InstanceRecord* instance, const RdsObserved& observed) {
  // Deleting comes first: it must get through whatever else is half done.
  if (instance != nullptr && instance->status == rds::status::deleting) return RdsStep::remove_instance;
  if (cluster.status == rds::status::deleting) return instance == nullptr ? RdsStep::remove_cluster : RdsStep::none;
  if (cluster.status == rds::status::failed) return RdsStep::none;
  if (!cluster.volume_ready) return RdsStep::make_volume;
  if (cluster.status == rds::status::creating) return RdsStep::finish_cluster;
  if (instance == nullptr) return RdsStep::none;
  if (instance->status == rds::status::failed || observed.must_rest)
    return observed.engine_running ? RdsStep::stop_engine : RdsStep::none;
  if (!observed.engine_running) return RdsStep::start_engine;
  if (!observed.engine_ready) return RdsStep::await_engine;
  if (!cluster.master_ready) return RdsStep::create_master;
  if (instance->status == rds::status::creating || !instance->problem.empty()) return RdsStep::finish_instance;
  return RdsStep::none;
}

bool is_of_instance(RdsStep step) {
  return step != RdsStep::make_volume && step != RdsStep::finish_cluster && step != RdsStep::remove_cluster;
}

std::string_view step_name(RdsStep step) {
  switch (step) {
    case RdsStep::none: return "none";
    case RdsStep::make_volume: return "make_volume";
    case RdsStep::finish_cluster: return "finish_cluster";
    case RdsStep::start_engine: return "start_engine";
    case RdsStep::await_engine: return "await_engine";
    case RdsStep::stop_engine: return "stop_engine";
    case RdsStep::create_master: return "create_master";
    case RdsStep::finish_instance: return "finish_instance";
    case RdsStep::remove_instance: return "remove_instance";
    case RdsStep::remove_cluster: return "remove_cluster";
  }
  return "?";
}

}  // namespace haar::control
