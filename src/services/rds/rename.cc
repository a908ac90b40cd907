#include "services/rds/rename.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "base/encoding.h"
#include "fleet/timers.h"
#include "model/rds/service.h"
#include "services/rds/endpoints/members.h"
#include "services/rds/events.h"
#include "services/rds/fleet/cluster_kind.h"
#include "services/rds/global/membership.h"
#include "services/rds/names.h"
#include "services/rds/roles/records.h"
#include "services/rds/status.h"

namespace haar::rds {
namespace {

template <class Record>
void move_record(api::Call& call, const store::KeySpace<Record>& space, const store::Key& from, const store::Key& to) {
  const Record* found = call.txn.get(space, from);
  if (found == nullptr) return;
  Record moved = *found;
  call.txn.erase(space, from);
  call.txn.put(space, to, std::move(moved));
}

// Whoever set them for this cluster.
void move_timers(api::Call& call, const store::Key& from, const store::Key& to) {
  std::vector<Timestamp> due;
  const std::string of_cluster = from.bytes();
  for (const auto& [key, timer] : call.txn.scan(fleet::timers, {})) {
    if (timer.kind == ClusterKind::kind_name && timer.key == of_cluster) due.push_back(Timestamp{key.number(0)});
  }
  for (const Timestamp at : due) {
    fleet::cancel_timer(call.txn, at, ClusterKind::kind_name, from);
    fleet::set_timer(call.txn, at, ClusterKind::kind_name, to);
  }
}

}  // namespace

Result<std::string> new_instance_id(const api::Call& call, const InstanceRecord& instance, const std::string& asked) {
  TRY(check_identifier("NewDBInstanceIdentifier", asked));
  std::string id = to_lower(asked);
  if (!instance_state_of(call.txn, call.key(instance.id)).has_data)
    return errors::InvalidDBInstanceState("Database instance is not in available state.");
  if (call.txn.get(instances, call.key(id)) != nullptr) return errors::DBInstanceAlreadyExists("DB instance already exists");
  return id;
}

Result<std::string> new_cluster_id(const api::Call& call, const ClusterRecord& cluster, const std::string& asked) {
  TRY(check_identifier("NewDBClusterIdentifier", asked));
  std::string id = to_lower(asked);
  // A volume that is being copied is known by the names that its cluster and its instance had.
  for (const auto& [key, instance] :
       call.txn.find(instances, instances_by_cluster, store::join(call.account(), call.region(), cluster.id))) {
    if (!instance_state_of(call.txn, key).has_data)
      return errors::InvalidDBClusterStateFault(fmt::format("DB Cluster {} is not in the available state.", cluster.id));
  }
  if (call.txn.get(clusters, call.key(id)) != nullptr) return errors::DBClusterAlreadyExistsFault("DB Cluster already exists");
  return id;
}

void rename_instance(api::Call& call, InstanceRecord& instance, const std::string& id) {
  const store::Key from = call.key(instance.id), to = call.key(id);
  if (call.txn.get(instances, to) != nullptr || !instance_state_of(call.txn, from).has_data) return;
  call.txn.erase(instances, from);
  move_record(call, instance_states, from, to);
  note_event(call, EventSource::instance, id, "notification", fmt::format("Renamed instance from {} to {}", instance.id, id));
  rename_member(call, instance.cluster_id, instance.id, id);
  instance.id = id;
  ++instance.reboots;  // "an instance reboot occurs"
}

void rename_cluster(api::Call& call, ClusterRecord& cluster, const std::string& id) {
  const store::Key from = call.key(cluster.id), to = call.key(id);
  if (call.txn.get(clusters, to) != nullptr) return;
  std::vector<InstanceRecord> members;
  for (const auto& [key, instance] :
       call.txn.find(instances, instances_by_cluster, store::join(call.account(), call.region(), cluster.id)))
    members.push_back(instance);
  for (InstanceRecord& instance : members) {
    instance.cluster_id = id;
    ++instance.generation;
    const store::Key key = call.key(instance.id);
    call.txn.put(instances, key, std::move(instance));
  }
  call.txn.erase(clusters, from);
  move_record(call, cluster_states, from, to);
  move_record(call, cluster_roles, from, to);
  move_custom_endpoints(call, cluster.id, id);
  rename_global_member(call, cluster_arn(call, cluster.id), cluster_arn(call, id));
  move_timers(call, from, to);
  note_event(call, EventSource::cluster, id, "notification", fmt::format("Renamed cluster from {} to {}", cluster.id, id));
  cluster.id = id;
}

}  // namespace haar::rds
