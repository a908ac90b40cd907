// The endpoints of cache clusters: of each node, and of the configuration of memcached's.
#include "base/arn.h"
#include "services/elasticache/changes.h"
#include "services/elasticache/fleet/cluster_kind.h"
#include "services/elasticache/names.h"
#include "services/elasticache/placement.h"
#include "services/elasticache/plan/discovery.h"
#include "services/elasticache/transit/modes.h"

namespace haar::elasticache {

fleet::EndpointPlanner ClusterKind::endpoint_planner() const {
  return fleet::planner_of(kind_name, clusters, clusters_changed_by,
                           [this](const store::Reader& reader, const store::Key& key, std::vector<fleet::EndpointPlan>& out) {
                             plan_endpoints(reader, key, out);
                           });
}

void ClusterKind::plan_endpoints(const store::Reader& reader, const store::Key& key,
                                   std::vector<fleet::EndpointPlan>& out) const {
  const std::optional<ClusterView> cluster = find_cluster(reader, key);
  if (!cluster) return;
  const std::string label = known_domain_label(reader, key);
  fleet::EndpointPlan plan;
  plan.service = service_principal;
  plan.account = key.account();
  plan.region = Region(key.region());
  plan.resource_arn =
      make_arn(parts_.host.env.partition, "elasticache", plan.region.value, plan.account, "cluster:" + cluster->wanted.id);
  plan.port = static_cast<std::uint16_t>(cluster->wanted.port);
  plan.group_ids = cluster->wanted.security_group_ids;
  // On AWS a cache is never reached from outside of its VPC; here the person at the machine is outside, and reaches what is
  // in a public subnet and admits it.
  plan.public_access = true;
  std::vector<std::string> running;
  for (const NodeView& node : cluster->nodes) {
    if (!node.seen.placed()) continue;
    fleet::EndpointPlan one = plan;
    one.id = endpoint_id(cluster->wanted, node.wanted.id);
    EndpointNames names = node_names(cluster->wanted, node.wanted.id, label, plan.region.value);
    one.name = std::move(names.name);
    one.other_name = std::move(names.other);
    one.address = node.seen.address;
    one.interface_id = node.seen.interface_id;
    one.owns_interface = true;
    const std::shared_ptr<fleet::Engine> engine = engine_of(key, cluster->wanted, node.wanted.id);
    if (!cluster->wanted.deleting && engine->running()) {
      lead_to(*engine, cluster->wanted.transit_mode, one);
      running.push_back(engine->handoff_path());
    }
    out.push_back(std::move(one));
  }
  if (cluster->seen.configuration_address.empty()) return;
  plan.id = endpoint_id(cluster->wanted, configuration_role);
  plan.name = configuration_endpoint_name(cluster->wanted, label, plan.region.value);
  plan.address = cluster->seen.configuration_address;
  for (const NodeView& node : cluster->nodes) {
    if (plan.interface_id.empty()) plan.interface_id = node.seen.interface_id;
  }
  // What is no question about the cluster goes to the first node that runs.
  plan.targets = std::move(running);
  const Result<std::string> version = parts_.program_version(cluster->wanted);
  if (cluster->placed() && version.ok()) plan.fixed_replies = discovery_replies(*cluster, *version);
  out.push_back(std::move(plan));
}

}  // namespace haar::elasticache
