#include "services/elasticache/groups/members.h"

#include <fmt/format.h>

#include <set>

#include "model/elasticache/service.h"
#include "services/elasticache/names.h"
#include "services/elasticache/snapshots/automatic.h"
#include "services/elasticache/snapshots/snapshots.h"

namespace haar::elasticache {
namespace {

constexpr std::size_t echoed_max = 255;
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/quota-limits.html
constexpr std::size_t nodes_of_customer_max = 300;

// A member is what its group is.
ClusterRecord member_of(const GroupRecord& group, std::string id, api::Call& call) {
  ClusterRecord out;
  out.resource_id = new_resource_id(call.random(), id);
  out.id = std::move(id);
  out.engine = group.engine;
  out.engine_version = group.engine_version;
  out.node_type = group.node_type;
  out.port = group.port;
  out.parameter_group = group.parameter_group;
  out.subnet_group = group.subnet_group;
  out.vpc_id = group.vpc_id;
  out.security_group_ids = group.security_group_ids;
  out.maintenance_window = group.maintenance_window;
  out.snapshot_window = group.snapshot_window;
  out.snapshot_retention_days = group.snapshot_retention_days;
  out.auto_minor_version_upgrade = group.auto_minor_version_upgrade;
  out.replication_group = group.id;
  out.transit_mode = group.transit_mode;
  out.created_at = call.now();
  return out;
}

}  // namespace

Error group_not_found(std::string_view id) {
  return errors::ReplicationGroupNotFoundFault(fmt::format("ReplicationGroup {} not found.", id.substr(0, echoed_max)));
}

Result<GroupView> group_named(const api::Call& call, std::string_view id) {
  std::optional<GroupView> found = find_group(call.txn, call.key(id));
  if (!found) return group_not_found(id);
  return std::move(*found);
}

Result<void> check_available(const api::Call& call, const GroupView& group) {
  if (status_with_snapshots(call, group) == status::available) return {};
  return errors::InvalidReplicationGroupState("Replication group must be in available state to modify.");
}

Result<void> check_node_quota(const api::Call& call, std::size_t more) {
  if (call.txn.count(nodes, store::prefix_of(call.account(), call.region())) + more <= nodes_of_customer_max) return {};
  return errors::NodeQuotaForCustomerExceeded(fmt::format(
      "The request cannot be processed because it would exceed the allowed number of cache nodes per customer: {}.",
      nodes_of_customer_max));
}

// Numbers are used again: AWS's are, too.
Result<void> add_members(api::Call& call, const GroupRecord& group, std::size_t count, const ZoneWish& wish) {
  const SubnetGroupRecord subnets = TRY(resolve_subnet_group(call, group.subnet_group));
  std::vector<NodeRecord> nodes_placed = TRY(place_nodes(call, subnets, count, wish));
  int number = 1;
  for (NodeRecord& node : nodes_placed) {
    while (call.txn.get(clusters, call.key(member_id(group.id, number))) != nullptr) ++number;
    ClusterRecord member = member_of(group, member_id(group.id, number), call);
    node.id = node_id(0);
    call.txn.put(nodes, call.key(member.id, node.id), node);
    schedule_automatic(call, call.key(member.id), member);
    call.txn.put(clusters, call.key(member.id), member);
  }
  return {};
}

void remove_member(api::Call& call, const ClusterView& member) {
  if (member.wanted.deleting) return;
  ClusterRecord changed = member.wanted;
  changed.deleting = true;
  ++changed.generation;
  call.txn.put(clusters, call.key(member.wanted.id), std::move(changed));
}

}  // namespace haar::elasticache
