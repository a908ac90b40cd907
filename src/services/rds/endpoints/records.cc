#include "services/rds/endpoints/records.h"

#include "store/key_space.h"

namespace haar::rds {

const store::Index<CustomEndpointRecord> custom_endpoints_by_cluster{
    "by-cluster", [](const store::Key& key, const CustomEndpointRecord& endpoint, store::Terms& out) {
      out.add(key.account(), key.region(), endpoint.cluster_id);
    }};
const store::KeySpace<CustomEndpointRecord> custom_endpoints{"rds/cluster-endpoint", {&custom_endpoints_by_cluster}};

}  // namespace haar::rds
