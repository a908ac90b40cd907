#include "services/rds/status.h"

namespace haar::rds {

ClusterStateRecord state_of(const store::Reader& reader, const store::Key& cluster) {
  const ClusterStateRecord* known = reader.get(cluster_states, cluster);
  return known == nullptr ? ClusterStateRecord{} : *known;
}

InstanceStateRecord instance_state_of(const store::Reader& reader, const store::Key& instance) {
  const InstanceStateRecord* known = reader.get(instance_states, instance);
  return known == nullptr ? InstanceStateRecord{} : *known;
}

std::string_view status_of(const ClusterRecord& wanted, const ClusterStateRecord& seen) {
  if (wanted.deleting) return status::deleting;
  if (seen.given_up) return status::failed;
  return seen.volume_ready ? status::available : status::creating;
}

std::string_view status_of(const InstanceRecord& wanted, const InstanceStateRecord& seen, const ClusterStateRecord& cluster) {
  if (wanted.deleting) return status::deleting;
  if (seen.made) return status::available;
  return seen.given_up || cluster.given_up ? status::failed : status::creating;
}

std::string_view status_in(const store::Reader& reader, const store::Key& key, const ClusterRecord& wanted) {
  return status_of(wanted, state_of(reader, key));
}

std::string_view status_in(const store::Reader& reader, const store::Key& key, const InstanceRecord& wanted) {
  const store::Key cluster = store::key_of(key.account(), key.region(), wanted.cluster_id);
  return status_of(wanted, instance_state_of(reader, key), state_of(reader, cluster));
}

}  // namespace haar::rds
