#include "services/elasticache/records.h"

#include "store/key_space.h"

namespace haar::elasticache {

const store::Index<ClusterRecord> clusters_by_resource{
    "by-resource", [](const store::Key&, const ClusterRecord& cluster, store::Terms& out) { out.add(cluster.resource_id); }};
const store::Index<ClusterRecord> clusters_by_group{
    "by-group", [](const store::Key& key, const ClusterRecord& cluster, store::Terms& out) {
      if (!cluster.replication_group.empty()) out.add(key.account(), key.region(), cluster.replication_group);
    }};
const store::KeySpace<ClusterRecord> clusters{"elasticache/cluster", {&clusters_by_resource, &clusters_by_group}};
const store::KeySpace<NodeRecord> nodes{"elasticache/node"};
const store::KeySpace<ClusterStateRecord> cluster_states{"elasticache/cluster-state"};
const store::KeySpace<NodeStateRecord> node_states{"elasticache/node-state"};
const store::KeySpace<GroupRecord> groups{"elasticache/replication-group"};
const store::KeySpace<GroupStateRecord> group_states{"elasticache/replication-group-state"};
const store::KeySpace<SubnetGroupRecord> subnet_groups{"elasticache/subnet-group"};
const store::KeySpace<DomainRecord> domains{"elasticache/domain"};
const store::KeySpace<ParameterGroupRecord> parameter_groups{"elasticache/parameter-group"};
const store::KeySpace<EventRecord> events{"elasticache/event"};

}  // namespace haar::elasticache
