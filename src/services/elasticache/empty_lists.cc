// Describe operations of what does not exist here: service updates, and reserved nodes, of which nobody can buy any.
#include <fmt/format.h>

#include "api/kit/row.h"
#include "base/encoding.h"
#include "model/elasticache/DescribeReservedCacheNodes.h"
#include "model/elasticache/DescribeReservedCacheNodesOfferings.h"
#include "model/elasticache/DescribeServiceUpdates.h"
#include "model/elasticache/DescribeUpdateActions.h"
#include "services/elasticache/describe.h"
#include "services/elasticache/groups/view.h"
#include "services/elasticache/names.h"
#include "services/elasticache/operations.h"

namespace haar::elasticache {
namespace {

using api::Call;

Result<ServiceUpdatesMessage> describe_service_updates(Call&, const DescribeServiceUpdatesMessage& in) {
  TRY(api::page_size(page_rules, in.MaxRecords));
  if (in.ServiceUpdateName) {
    return errors::ServiceUpdateNotFoundFault(
        fmt::format("Service update {} not found.", std::string_view(*in.ServiceUpdateName).substr(0, 255)));
  }
  ServiceUpdatesMessage out;
  out.ServiceUpdates.emplace();
  return out;
}

Result<UpdateActionsMessage> describe_update_actions(Call&, const DescribeUpdateActionsMessage& in) {
  TRY(api::page_size(page_rules, in.MaxRecords));
  UpdateActionsMessage out;
  out.UpdateActions.emplace();
  return out;
}

void needs_describe_update_actions(const Call& call, const DescribeUpdateActionsMessage& in, api::Requirements& needs) {
  const bool groups_named = in.ReplicationGroupIds && !in.ReplicationGroupIds->empty();
  const bool clusters_named = in.CacheClusterIds && !in.CacheClusterIds->empty();
  if (!groups_named && !clusters_named) return void(needs.need("*"));
  if (in.ReplicationGroupIds) {
    for (const std::string& id : *in.ReplicationGroupIds) need_group(call, to_lower(id), needs);
  }
  if (!in.CacheClusterIds) return;
  for (const std::string& id : *in.CacheClusterIds) {
    api::Requirement& need = needs.need(cluster_arn(call, to_lower(id)));
    if (const ClusterRecord* record = call.txn.get(clusters, call.key(to_lower(id)))) need.resource_tags = record->tags;
  }
}

Result<ReservedCacheNodeMessage> describe_reserved_nodes(Call&, const DescribeReservedCacheNodesMessage& in) {
  TRY(api::page_size(page_rules, in.MaxRecords));
  if (in.ReservedCacheNodeId) {
    return errors::ReservedCacheNodeNotFound(
        fmt::format("ReservedCacheNode not found: {}", std::string_view(*in.ReservedCacheNodeId).substr(0, 255)));
  }
  ReservedCacheNodeMessage out;
  out.ReservedCacheNodes.emplace();
  return out;
}

Result<ReservedCacheNodesOfferingMessage> describe_offerings(Call&, const DescribeReservedCacheNodesOfferingsMessage& in) {
  TRY(api::page_size(page_rules, in.MaxRecords));
  if (in.ReservedCacheNodesOfferingId) {
    return errors::ReservedCacheNodesOfferingNotFound(
        fmt::format("Offering not found: {}", std::string_view(*in.ReservedCacheNodesOfferingId).substr(0, 255)));
  }
  ReservedCacheNodesOfferingMessage out;
  out.ReservedCacheNodesOfferings.emplace();
  return out;
}

void needs_describe_reserved_nodes(const Call& call, const DescribeReservedCacheNodesMessage& in, api::Requirements& needs) {
  needs.need(call.arn("elasticache", "reserved-instance:" + in.ReservedCacheNodeId.value_or("*")));
}

}  // namespace

const api::Operations& empty_lists_operations() {
  static const api::Operations rows = {
      api::op<ops::DescribeServiceUpdates>(describe_service_updates, api::any_resource, api::read_only,
          api::takes("ServiceUpdateName MaxRecords"),
          api::without_effect("ServiceUpdateStatus", "there is none in any status"),
          api::without_effect("Marker", "there is one page")),
      api::op<ops::DescribeUpdateActions>(describe_update_actions, api::on(needs_describe_update_actions), api::read_only,
          api::takes("ReplicationGroupIds CacheClusterIds MaxRecords"),
          api::without_effect("ServiceUpdateName", "there is no service update"),
          api::without_effect("Engine", "there is none of any engine"),
          api::without_effect("ServiceUpdateStatus", "there is none in any status"),
          api::without_effect("ServiceUpdateTimeRange", "there is none at any time"),
          api::without_effect("UpdateActionStatus", "there is none in any status"),
          api::without_effect("ShowNodeLevelUpdateStatus", "there is none of any node"),
          api::without_effect("Marker", "there is one page")),
      api::op<ops::DescribeReservedCacheNodes>(describe_reserved_nodes, api::on(needs_describe_reserved_nodes), api::read_only,
          api::takes("ReservedCacheNodeId MaxRecords"),
          api::without_effect("ReservedCacheNodesOfferingId", "there is none of any offering"),
          api::without_effect("CacheNodeType", "there is none of any type"),
          api::without_effect("Duration", "there is none of any duration"),
          api::without_effect("ProductDescription", "there is none of any product"),
          api::without_effect("OfferingType", "there is none of any type"),
          api::without_effect("Marker", "there is one page")),
      api::op<ops::DescribeReservedCacheNodesOfferings>(describe_offerings, api::any_resource, api::read_only,
          api::takes("ReservedCacheNodesOfferingId MaxRecords"),
          api::without_effect("CacheNodeType", "nothing is for sale"),
          api::without_effect("Duration", "nothing is for sale"),
          api::without_effect("ProductDescription", "nothing is for sale"),
          api::without_effect("OfferingType", "nothing is for sale"),
          api::without_effect("Marker", "there is one page")),
  };
  return rows;
}

}  // namespace haar::elasticache
