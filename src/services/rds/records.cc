#include "services/rds/records.h"

#include "store/key_space.h"

namespace haar::rds {

const store::Index<InstanceRecord> instances_by_cluster{
    "by-cluster", [](const store::Key& key, const InstanceRecord& instance, store::Terms& out) {
      out.add(key.account(), key.region(), instance.cluster_id);
    }};
const store::KeySpace<ClusterRecord> clusters{"rds/cluster"};
const store::KeySpace<InstanceRecord> instances{"rds/instance", {&instances_by_cluster}};
const store::KeySpace<SubnetGroupRecord> subnet_groups{"rds/subnet-group"};
const store::KeySpace<DomainRecord> domains{"rds/domain"};

}  // namespace haar::rds
