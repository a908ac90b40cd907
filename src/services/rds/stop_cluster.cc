// StopDBCluster, StartDBCluster, RebootDBCluster.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-cluster-stop-start.html
#include <fmt/format.h>

#include "api/kit/row.h"
#include "fleet/timers.h"
#include "model/rds/RebootDBCluster.h"
#include "model/rds/StartDBCluster.h"
#include "model/rds/StopDBCluster.h"
#include "model/rds/service.h"
#include "services/rds/cluster_lookup.h"
#include "services/rds/fleet/cluster_kind.h"
#include "services/rds/names.h"
#include "services/rds/operations.h"
#include "services/rds/status.h"
#include "services/rds/views.h"

namespace haar::rds {
namespace {

using api::Call;

// "You can stop a DB cluster for up to seven days."
constexpr std::int64_t stopped_seconds_max = 7 * 24 * 3600;

Error unexpected_state(const std::string& id, std::string_view state, std::string_view expected) {
  return errors::InvalidDBClusterStateFault(
      fmt::format("DbCluster {} is in {} state but expected it to be one of {}.", id, state, expected));
}

Result<StopDBClusterResult> stop_db_cluster(Call& call, const StopDBClusterMessage& in) {
  const ClusterRecord* record = TRY(find_cluster(call, in.DBClusterIdentifier));
  const std::string_view state = status_in(call.txn, call.key(record->id), *record);
  if (state != status::available) return unexpected_state(record->id, state, "available");
  const auto members = call.txn.find(instances, instances_by_cluster, store::join(call.account(), call.region(), record->id));
  bool any = false;
  for (const auto& [key, instance] : members) {
    any = true;
    const std::string_view its = status_in(call.txn, key, instance);
    if (its != status::available) {
      return errors::InvalidDBClusterStateFault(
          fmt::format("DbCluster {} cannot be stopped: its DB instance {} is in {} state.", record->id, instance.id, its));
    }
  }
  // AWS's text could not be found.
  if (!any) return errors::InvalidDBClusterStateFault(fmt::format("DbCluster {} has no DB instance.", record->id));
  ClusterRecord changed = *record;
  ++changed.generation;
  changed.stopped = true;
  changed.starts_again = call.now().plus_seconds(stopped_seconds_max);
  fleet::set_timer(call.txn, changed.starts_again, ClusterKind::kind_name, call.key(changed.id));
  call.txn.put(clusters, call.key(changed.id), changed);
  StopDBClusterResult out;
  out.DBCluster = to_cluster(call, changed);
  return out;
}

Result<StartDBClusterResult> start_db_cluster(Call& call, const StartDBClusterMessage& in) {
  const ClusterRecord* record = TRY(find_cluster(call, in.DBClusterIdentifier));
  const std::string_view state = status_in(call.txn, call.key(record->id), *record);
  if (state != status::stopped)
    return unexpected_state(record->id, state, "stopped,inaccessible-encryption-credentials-recoverable");
  ClusterRecord changed = *record;
  ++changed.generation;
  changed.stopped = false;
  fleet::cancel_timer(call.txn, changed.starts_again, ClusterKind::kind_name, call.key(changed.id));
  changed.starts_again = {};
  call.txn.put(clusters, call.key(changed.id), changed);
  StartDBClusterResult out;
  out.DBCluster = to_cluster(call, changed);
  return out;
}

// "Use this operation only for a non-Aurora Multi-AZ DB cluster", says the API reference; how AWS refuses others was found
// on no page.
Result<RebootDBClusterResult> reboot_db_cluster(Call& call, const RebootDBClusterMessage& in) {
  const ClusterRecord* record = TRY(find_cluster(call, in.DBClusterIdentifier));
  return errors::InvalidDBClusterStateFault(
      fmt::format("DbCluster {} cannot be rebooted: the engine {} is not supported by this operation.", record->id,
                  record->engine));
}

template <class Message>
void needs_named_cluster(const Call& call, const Message& in, api::Requirements& needs) {
  need_cluster(call, identifier_of(in.DBClusterIdentifier, "cluster"), needs);
}

}  // namespace

const api::Operations& stop_cluster_operations() {
  static const api::Operations rows = {
      api::op<ops::StopDBCluster>(stop_db_cluster, api::on(needs_named_cluster<StopDBClusterMessage>),
          api::takes("DBClusterIdentifier")),
      api::op<ops::StartDBCluster>(start_db_cluster, api::on(needs_named_cluster<StartDBClusterMessage>),
          api::takes("DBClusterIdentifier")),
      api::op<ops::RebootDBCluster>(reboot_db_cluster, api::on(needs_named_cluster<RebootDBClusterMessage>),
          api::takes("DBClusterIdentifier")),
  };
  return rows;
}

}  // namespace haar::rds
