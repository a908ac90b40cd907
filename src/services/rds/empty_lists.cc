// Lists of what nobody can make here yet: they are empty, and who asks for one by its name is told that it is not there.
#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <string>

#include "api/kit/row.h"
#include "model/rds/DescribeDBSnapshots.h"
#include "model/rds/DescribePendingMaintenanceActions.h"
#include "model/rds/DescribeReservedDBInstances.h"
#include "model/rds/DescribeReservedDBInstancesOfferings.h"
#include "model/rds/service.h"
#include "services/rds/cluster_lookup.h"
#include "services/rds/describe.h"
#include "services/rds/names.h"
#include "services/rds/operations.h"
#include "services/rds/standalone/hidden_cluster.h"

namespace haar::rds {
namespace {

using api::Call;

Result<DBSnapshotMessage> describe_snapshots(Call& call, const DescribeDBSnapshotsMessage& in) {
  TRY(check_list(call, in, "DescribeDBSnapshots",
                 {"db-instance-id", "db-snapshot-id", "dbi-resource-id", "snapshot-type", "engine"}));
  if (in.DBSnapshotIdentifier)
    return errors::DBSnapshotNotFound(fmt::format("DBSnapshot {} not found.", in.DBSnapshotIdentifier->substr(0, 255)));
  DBSnapshotMessage out;
  out.DBSnapshots.emplace();
  return out;
}
void needs_snapshots(const Call& call, const DescribeDBSnapshotsMessage& in, api::Requirements& needs) {
  needs.need(call.arn("rds", "snapshot:" + in.DBSnapshotIdentifier.value_or("*")));
  if (in.DBInstanceIdentifier) need_instance(call, identifier_of(*in.DBInstanceIdentifier, "db"), needs);
}

Result<ReservedDBInstanceMessage> describe_reserved(Call& call, const DescribeReservedDBInstancesMessage& in) {
  TRY(check_list(call, in, "DescribeReservedDBInstances", {}));
  if (in.ReservedDBInstanceId) {
    return errors::ReservedDBInstanceNotFound(
        fmt::format("ReservedDBInstance {} not found.", in.ReservedDBInstanceId->substr(0, 255)));
  }
  ReservedDBInstanceMessage out;
  out.ReservedDBInstances.emplace();
  return out;
}
void needs_reserved(const Call& call, const DescribeReservedDBInstancesMessage& in, api::Requirements& needs) {
  needs.need(call.arn("rds", "ri:" + in.ReservedDBInstanceId.value_or("*")));
}

// haar takes no money.
Result<ReservedDBInstancesOfferingMessage> describe_offerings(Call& call, const DescribeReservedDBInstancesOfferingsMessage& in) {
  TRY(check_list(call, in, "DescribeReservedDBInstancesOfferings", {}));
  if (in.ReservedDBInstancesOfferingId) {
    return errors::ReservedDBInstancesOfferingNotFound(
        fmt::format("Offering {} not found.", in.ReservedDBInstancesOfferingId->substr(0, 255)));
  }
  ReservedDBInstancesOfferingMessage out;
  out.ReservedDBInstancesOfferings.emplace();
  return out;
}

// The kind and the name of the cluster or instance of this region that an ARN names; nothing else is maintained.
struct Named {
  bool is_cluster = false;
  std::string name;
};
std::optional<Named> named_in(const Call& call, const std::string& arn) {
  for (const bool is_cluster : {true, false}) {
    const std::string prefix = is_cluster ? cluster_arn(call, "") : instance_arn(call, "");
    if (arn.starts_with(prefix)) return Named{is_cluster, arn.substr(prefix.size())};
  }
  return std::nullopt;
}

Result<PendingMaintenanceActionsMessage> describe_pending(Call& call, const DescribePendingMaintenanceActionsMessage& in) {
  TRY(check_list(call, in, "DescribePendingMaintenanceActions", {"db-cluster-id", "db-instance-id"}));
  if (in.ResourceIdentifier) {
    const std::optional<Named> named = named_in(call, *in.ResourceIdentifier);
    const bool there = named && (named->is_cluster ? shown(call.txn.get(clusters, call.key(named->name))) != nullptr
                                                   : call.txn.get(instances, call.key(named->name)) != nullptr);
    if (!there)
      return errors::ResourceNotFoundFault(fmt::format("Resource {} not found.", in.ResourceIdentifier->substr(0, 255)));
  }
  PendingMaintenanceActionsMessage out;
  out.PendingMaintenanceActions.emplace();
  return out;
}
void needs_pending(const Call& call, const DescribePendingMaintenanceActionsMessage& in, api::Requirements& needs) {
  const std::optional<Named> named = in.ResourceIdentifier ? named_in(call, *in.ResourceIdentifier) : std::nullopt;
  if (named && named->is_cluster) need_cluster(call, named->name, needs);
  else if (named) need_instance(call, named->name, needs);
  else need_cluster(call, "*", needs);
}

}  // namespace

const api::Operations& empty_lists_operations() {
  static const api::Operations rows = {
      api::op<ops::DescribeDBSnapshots>(describe_snapshots, api::on(needs_snapshots), api::read_only,
          api::takes("DBInstanceIdentifier DBSnapshotIdentifier Filters MaxRecords Marker"),
          api::without_effect("SnapshotType", "there are none"), api::without_effect("DbiResourceId", "there are none"),
          api::without_effect("IncludeShared", "there are none"), api::without_effect("IncludePublic", "there are none")),
      api::op<ops::DescribeReservedDBInstances>(describe_reserved, api::on(needs_reserved), api::read_only,
          api::takes("ReservedDBInstanceId Filters MaxRecords Marker"),
          api::without_effect("ReservedDBInstancesOfferingId", "there are none"),
          api::without_effect("DBInstanceClass", "there are none"), api::without_effect("Duration", "there are none"),
          api::without_effect("ProductDescription", "there are none"), api::without_effect("OfferingType", "there are none"),
          api::without_effect("MultiAZ", "there are none"), api::without_effect("LeaseId", "there are none")),
      api::op<ops::DescribeReservedDBInstancesOfferings>(describe_offerings, api::any_resource, api::read_only,
          api::takes("ReservedDBInstancesOfferingId Filters MaxRecords Marker"),
          api::without_effect("DBInstanceClass", "there are none"), api::without_effect("Duration", "there are none"),
          api::without_effect("ProductDescription", "there are none"), api::without_effect("OfferingType", "there are none"),
          api::without_effect("MultiAZ", "there are none")),
      api::op<ops::DescribePendingMaintenanceActions>(describe_pending, api::on(needs_pending), api::read_only,
          api::takes("ResourceIdentifier Filters MaxRecords Marker")),
  };
  return rows;
}

}  // namespace haar::rds
