// RebootCacheCluster: nodes end and begin anew, empty, with what their parameter group says by then.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_RebootCacheCluster.html
#include <fmt/format.h>

#include <algorithm>

#include "api/kit/row.h"
#include "base/encoding.h"
#include "model/elasticache/RebootCacheCluster.h"
#include "model/elasticache/service.h"
#include "services/elasticache/cluster_view.h"
#include "services/elasticache/events.h"
#include "services/elasticache/names.h"
#include "services/elasticache/operations.h"
#include "services/elasticache/snapshots/snapshots.h"
#include "services/elasticache/views.h"

namespace haar::elasticache {
namespace {

using api::Call;

Result<RebootCacheClusterResult> reboot_cache_cluster(Call& call, const RebootCacheClusterMessage& in) {
  const std::string id = to_lower(in.CacheClusterId);
  const std::optional<ClusterView> cluster = find_cluster(call.txn, call.key(id));
  if (!cluster) return errors::CacheClusterNotFound(fmt::format("CacheCluster not found: {}", id.substr(0, 255)));
  // AWS's page has the code and no text: this one is made as that of DeleteCacheCluster.
  if (status_with_snapshots(call, *cluster) != status::available)
    return errors::InvalidCacheClusterState(fmt::format("Cache cluster {} is not in a valid state to be rebooted.", id));
  if (in.CacheNodeIdsToReboot.empty())
    return errors::InvalidParameterValue("The parameter CacheNodeIdsToReboot must be provided and must not be blank.");
  for (const std::string& asked : in.CacheNodeIdsToReboot) {
    const auto node = std::ranges::find_if(cluster->nodes, [&](const NodeView& one) { return one.wanted.id == asked; });
    if (node == cluster->nodes.end())
      return errors::InvalidParameterValue(fmt::format("Invalid cache node id: {}", asked.substr(0, 64)));
    NodeRecord changed = node->wanted;
    if (changed.reboots != node->seen.config.reboots) continue;  // named twice
    ++changed.reboots;
    ++changed.generation;
    call.txn.put(nodes, call.key(id, asked), changed);
  }
  note_event(call, EventSource::cluster, id, "Cache cluster reboot requested");
  RebootCacheClusterResult out;
  out.CacheCluster = to_cluster(call, *find_cluster(call.txn, call.key(id)), Nodes::shown);
  return out;
}

void needs_reboot_cache_cluster(const Call& call, const RebootCacheClusterMessage& in, api::Requirements& needs) {
  const std::string id = to_lower(in.CacheClusterId);
  api::Requirement& need = needs.need(cluster_arn(call, id));
  if (const ClusterRecord* record = call.txn.get(clusters, call.key(id))) need.resource_tags = record->tags;
}

}  // namespace

const api::Operations& reboot_operations() {
  static const api::Operations rows = {
      api::op<ops::RebootCacheCluster>(reboot_cache_cluster, api::on(needs_reboot_cache_cluster),
          api::takes("CacheClusterId CacheNodeIdsToReboot")),
  };
  return rows;
}

}  // namespace haar::elasticache
