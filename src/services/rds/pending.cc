#include "services/rds/pending.h"

#include <utility>

#include "fleet/timers.h"
#include "services/managed/maintenance_windows.h"
#include "services/rds/fleet/cluster_kind.h"
#include "services/rds/rename.h"
#include "services/rds/upgrade.h"

namespace haar::rds {

bool any_pending(const InstanceRecord& instance) {
  return !instance.pending_class.empty() || instance.pending_storage_gib != 0 || !instance.pending_id.empty() ||
         !instance.pending_engine_version.empty();
}

void apply_pending(api::Call& call, InstanceRecord& instance) {
  if (!instance.pending_class.empty()) instance.instance_class = std::exchange(instance.pending_class, "");
  if (instance.pending_storage_gib != 0) {
    instance.storage_gib = std::exchange(instance.pending_storage_gib, 0);
    instance.storage_type = std::exchange(instance.pending_storage_type, "");
    instance.iops = std::exchange(instance.pending_iops, 0);
    instance.storage_throughput = std::exchange(instance.pending_throughput, 0);
  }
  if (!instance.pending_engine_version.empty())
    upgrade_standalone(call, instance, std::exchange(instance.pending_engine_version, ""));
  if (!instance.pending_id.empty()) rename_instance(call, instance, std::exchange(instance.pending_id, ""));
}

void schedule_pending(api::Call& call, InstanceRecord& instance) {
  const store::Key cluster = call.key(instance.cluster_id);
  if (instance.pending_due != Timestamp{}) fleet::cancel_timer(call.txn, instance.pending_due, ClusterKind::kind_name, cluster);
  instance.pending_due = {};
  if (!any_pending(instance)) return;
  instance.pending_due = managed::next_weekly_window(instance.maintenance_window, call.now());
  fleet::set_timer(call.txn, instance.pending_due, ClusterKind::kind_name, cluster);
}

}  // namespace haar::rds
