// FailoverDBCluster: a reader takes over from the writer, and nothing is lost.
// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_FailoverDBCluster.html
#include <fmt/format.h>

#include "api/kit/row.h"
#include "model/rds/FailoverDBCluster.h"
#include "model/rds/service.h"
#include "services/rds/cluster_lookup.h"
#include "services/rds/names.h"
#include "services/rds/operations.h"
#include "services/rds/status.h"
#include "services/rds/views.h"

namespace haar::rds {
namespace {

using api::Call;

// Whether it may take over: it reads, and nothing else is being done with it.
bool may_take_over(const Call& call, const InstanceRecord& instance, const ClusterStateRecord& seen) {
  return instance.resource_id != seen.writer && status_in(call.txn, call.key(instance.id), instance) == status::available &&
         instance_state_of(call.txn, call.key(instance.id)).has_data;
}

// AWS's texts could not be found.
Result<std::string> choose_target(const Call& call, const ClusterRecord& cluster, const FailoverDBClusterMessage& in) {
  const ClusterStateRecord seen = state_of(call.txn, call.key(cluster.id));
  if (in.TargetDBInstanceIdentifier) {
    const std::string id = identifier_of(*in.TargetDBInstanceIdentifier, "db");
    const InstanceRecord* target = call.txn.get(instances, call.key(id));
    if (target == nullptr || target->cluster_id != cluster.id)
      return errors::DBInstanceNotFound(fmt::format("DBInstance {} not found.", id));
    if (target->resource_id == seen.writer)
      return errors::InvalidDBInstanceState(fmt::format("DB instance {} is the writer of its DB cluster already.", id));
    if (!may_take_over(call, *target, seen))
      return errors::InvalidDBInstanceState(fmt::format("DB instance {} is not in the available state.", id));
    return target->resource_id;
  }
  for (const auto& [key, instance] : call.txn.find(instances, instances_by_cluster,
                                                   store::join(call.account(), call.region(), cluster.id))) {
    if (may_take_over(call, instance, seen)) return std::string();
  }
  return errors::InvalidDBClusterStateFault(
      fmt::format("DB Cluster {} has no DB instance in the available state to fail over to.", cluster.id));
}

Result<FailoverDBClusterResult> failover_db_cluster(Call& call, const FailoverDBClusterMessage& in) {
  const ClusterRecord* record = TRY(find_cluster(call, in.DBClusterIdentifier));
  if (status_in(call.txn, call.key(record->id), *record) != status::available)
    return errors::InvalidDBClusterStateFault(fmt::format("DB Cluster {} is not in the available state.", record->id));
  ClusterRecord changed = *record;
  changed.failover_target = TRY(choose_target(call, changed, in));
  ++changed.generation;
  ++changed.failovers;
  call.txn.put(clusters, call.key(changed.id), changed);
  FailoverDBClusterResult out;
  out.DBCluster = to_cluster(call, changed);
  return out;
}

void needs_failover_db_cluster(const Call& call, const FailoverDBClusterMessage& in, api::Requirements& needs) {
  need_cluster(call, identifier_of(in.DBClusterIdentifier, "cluster"), needs);
  if (in.TargetDBInstanceIdentifier) need_instance(call, identifier_of(*in.TargetDBInstanceIdentifier, "db"), needs);
}

}  // namespace

const api::Operations& failover_cluster_operations() {
  static const api::Operations rows = {
      api::op<ops::FailoverDBCluster>(failover_db_cluster, api::on(needs_failover_db_cluster),
          api::takes("DBClusterIdentifier TargetDBInstanceIdentifier")),
  };
  return rows;
}

}  // namespace haar::rds
