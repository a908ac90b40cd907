// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_StopInstance.html
#include "services/rds/standalone/lifecycle.h"

#include <fmt/format.h>

#include "fleet/timers.h"
#include "model/rds/StartDBInstance.h"
#include "model/rds/StopDBInstance.h"
#include "model/rds/service.h"
#include "services/rds/cluster_lookup.h"
#include "services/rds/fleet/cluster_kind.h"
#include "services/rds/names.h"
#include "services/rds/operations.h"
#include "services/rds/standalone/hidden_cluster.h"
#include "services/rds/status.h"
#include "services/rds/views.h"

namespace haar::rds {
namespace {

using api::Call;

// "You can stop a DB instance for up to 7 days."
constexpr std::int64_t stopped_seconds_max = 7 * 24 * 3600;

struct Found {
  const InstanceRecord* instance;
  const ClusterRecord* hidden;
  std::string_view status;
};

Result<Found> find_standalone(const Call& call, const std::string& identifier) {
  const std::string id = identifier_of(identifier, "db");
  const InstanceRecord* instance = call.txn.get(instances, call.key(id));
  if (instance == nullptr) return errors::DBInstanceNotFound(fmt::format("DBInstance {} not found.", id));
  const ClusterRecord* hidden = hidden_cluster_of(call, *instance);
  if (hidden == nullptr)
    return errors::InvalidParameterCombination("aurora DB instances are not eligible for stopping and starting.");
  return Found{instance, hidden, status_in(call.txn, call.key(id), *instance)};
}

// AWS's texts, as public reports of them have them.
Result<StopDBInstanceResult> stop_db_instance(Call& call, const StopDBInstanceMessage& in) {
  const Found found = TRY(find_standalone(call, in.DBInstanceIdentifier));
  if (found.status != status::available)
    return errors::InvalidDBInstanceState(fmt::format("Instance {} is not in available state.", found.instance->id));
  ClusterRecord changed = *found.hidden;
  ++changed.generation;
  changed.stopped = true;
  changed.starts_again = call.now().plus_seconds(stopped_seconds_max);
  fleet::set_timer(call.txn, changed.starts_again, ClusterKind::kind_name, call.key(changed.id));
  call.txn.put(clusters, call.key(changed.id), changed);
  StopDBInstanceResult out;
  out.DBInstance = to_instance(call, *found.instance);
  return out;
}

Result<StartDBInstanceResult> start_db_instance(Call& call, const StartDBInstanceMessage& in) {
  const Found found = TRY(find_standalone(call, in.DBInstanceIdentifier));
  if (found.status != status::stopped) {
    return errors::InvalidDBInstanceState(
        fmt::format("Instance {} cannot be started as it is not in one of the following statuses: 'stopped, "
                    "inaccessible-encryption-credentials-recoverable, incompatible-network (only valid for non-SqlServer "
                    "instances)'.",
                    found.instance->id));
  }
  ClusterRecord changed = *found.hidden;
  ++changed.generation;
  changed.stopped = false;
  fleet::cancel_timer(call.txn, changed.starts_again, ClusterKind::kind_name, call.key(changed.id));
  changed.starts_again = {};
  call.txn.put(clusters, call.key(changed.id), changed);
  StartDBInstanceResult out;
  out.DBInstance = to_instance(call, *found.instance);
  return out;
}

template <class Message>
void needs_named_instance(const Call& call, const Message& in, api::Requirements& needs) {
  need_instance(call, identifier_of(in.DBInstanceIdentifier, "db"), needs);
}

void needs_stop_db_instance(const Call& call, const StopDBInstanceMessage& in, api::Requirements& needs) {
  needs_named_instance(call, in, needs);
  if (in.DBSnapshotIdentifier) needs.need(call.arn("rds", "snapshot:" + *in.DBSnapshotIdentifier));
}

}  // namespace

Result<void> check_deletion(const DeleteDBInstanceMessage& in, const ClusterRecord& hidden) {
  const bool skip = in.SkipFinalSnapshot.value_or(false);
  if (!skip && !in.FinalDBSnapshotIdentifier)
    return errors::InvalidParameterCombination(
        "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.");
  if (skip && in.FinalDBSnapshotIdentifier)
    return errors::InvalidParameterCombination(
        "FinalDBSnapshotIdentifier can not be specified when deleting an instance with SkipFinalSnapshot.");
  if (in.FinalDBSnapshotIdentifier)
    return Error{"NotImplemented", "Snapshots are not implemented by haar: delete with SkipFinalSnapshot.", 501,
                 Fault::receiver};
  // Here the false value is the one that asks for something: backups that outlive the instance.
  if (!in.DeleteAutomatedBackups.value_or(true))
    return Error{"NotImplemented", "Automated backups that are kept are not implemented by haar.", 501, Fault::receiver};
  if (hidden.deletion_protection)
    return errors::InvalidParameterCombination(
        "Cannot delete protected DB Instance, please disable deletion protection and try again.");
  return {};
}

void delete_hidden_cluster(Call& call, const ClusterRecord& hidden) {
  ClusterRecord changed = hidden;
  changed.deleting = true;
  ++changed.generation;
  if (changed.stopped) fleet::cancel_timer(call.txn, changed.starts_again, ClusterKind::kind_name, call.key(changed.id));
  call.txn.put(clusters, call.key(changed.id), changed);
}

const api::Operations& standalone_operations() {
  static const api::Operations rows = {
      api::op<ops::StopDBInstance>(stop_db_instance, api::on(needs_stop_db_instance), api::takes("DBInstanceIdentifier")),
      api::op<ops::StartDBInstance>(start_db_instance, api::on(needs_named_instance<StartDBInstanceMessage>),
          api::takes("DBInstanceIdentifier")),
  };
  return rows;
}

}  // namespace haar::rds
