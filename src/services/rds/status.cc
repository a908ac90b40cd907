#include "services/rds/status.h"

#include <algorithm>
#include <iterator>

namespace haar::rds {

bool is_in_transition(std::string_view status) {
  // Not `starting`: an engine that hangs is in that, too.
  constexpr std::string_view all[] = {status::creating, status::deleting, status::stopping, status::rebooting, status::modifying,
                                      status::failing_over};
  return std::ranges::find(all, status) != std::end(all);
}

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
  if (!seen.volume_ready) return status::creating;
  if (wanted.stopped) return seen.stopped ? status::stopped : status::stopping;
  if (seen.promoted_epoch != seen.epoch || wanted.failovers > seen.failovers_done) return status::failing_over;
  return seen.stopped ? status::starting : status::available;
}

std::string_view status_of(const InstanceRecord& wanted, const InstanceStateRecord& seen, const ClusterStateRecord& cluster,
                           std::string_view cluster_status) {
  if (wanted.deleting) return status::deleting;
  if (!seen.made) return seen.given_up || cluster.given_up ? status::failed : status::creating;
  if (cluster_status == status::stopping || cluster_status == status::stopped || cluster_status == status::starting)
    return cluster_status;
  if (seen.reboots_done != wanted.reboots) return status::rebooting;
  return seen.class_done == wanted.instance_class ? status::available : status::modifying;
}

std::string_view status_in(const store::Reader& reader, const store::Key& key, const ClusterRecord& wanted) {
  return status_of(wanted, state_of(reader, key));
}

std::string_view status_in(const store::Reader& reader, const store::Key& key, const InstanceRecord& wanted) {
  const store::Key cluster = store::key_of(key.account(), key.region(), wanted.cluster_id);
  const ClusterStateRecord seen = state_of(reader, cluster);
  const ClusterRecord* record = reader.get(clusters, cluster);
  return status_of(wanted, instance_state_of(reader, key), seen,
                   record == nullptr ? std::string_view() : status_of(*record, seen));
}

}  // namespace haar::rds
