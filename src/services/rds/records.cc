#include "services/rds/records.h"

#include "store/key_space.h"

namespace haar::rds {

const store::Index<InstanceRecord> instances_by_cluster{
    "by-cluster", [](const store::Key& key, const InstanceRecord& instance, store::Terms& out) {
      out.add(key.account(), key.region(), instance.cluster_id);
    }};
const store::Index<ClusterRecord> clusters_by_resource{
    "by-resource", [](const store::Key&, const ClusterRecord& cluster, store::Terms& out) { out.add(cluster.resource_id); }};
const store::Index<InstanceStateRecord> instance_states_by_volume{
    "by-volume", [](const store::Key&, const InstanceStateRecord& state, store::Terms& out) {
      if (!state.volume.empty()) out.add(state.volume);
    }};
const store::KeySpace<ClusterRecord> clusters{"rds/cluster", {&clusters_by_resource}};
const store::KeySpace<InstanceRecord> instances{"rds/instance", {&instances_by_cluster}};
const store::KeySpace<ClusterStateRecord> cluster_states{"rds/cluster-state"};
const store::KeySpace<InstanceStateRecord> instance_states{"rds/instance-state", {&instance_states_by_volume}};
const store::KeySpace<SubnetGroupRecord> subnet_groups{"rds/subnet-group"};
const store::KeySpace<DomainRecord> domains{"rds/domain"};
const store::KeySpace<ClusterParameterGroupRecord> cluster_parameter_groups{"rds/cluster-parameter-group"};
const store::KeySpace<ParameterGroupRecord> parameter_groups{"rds/parameter-group"};
const store::KeySpace<EventRecord> events{"rds/event"};

}  // namespace haar::rds
