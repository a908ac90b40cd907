#include "services/rds/changes.h"

#include "services/rds/endpoints/records.h"
#include "services/rds/records.h"

namespace haar::rds {

void clusters_changed_by(const store::Reader& before, const store::Reader& after, const store::Changed& change,
                         std::set<store::Key>& out) {
  const store::Key& key = change.key;
  if (change.space == clusters.name() || change.space == cluster_states.name()) {
    out.insert(key);
  } else if (change.space == instances.name() || change.space == instance_states.name()) {
    for (const store::Reader* state : {&before, &after}) {
      const InstanceRecord* instance = state->get(instances, key);
      if (instance != nullptr) out.insert(store::key_of(key.account(), key.region(), instance->cluster_id));
    }
  } else if (change.space == custom_endpoints.name()) {
    for (const store::Reader* state : {&before, &after}) {
      const CustomEndpointRecord* endpoint = state->get(custom_endpoints, key);
      if (endpoint != nullptr) out.insert(store::key_of(key.account(), key.region(), endpoint->cluster_id));
    }
  } else if (change.space == domains.name()) {
    // Written once, with the first cluster of the region: it is part of their names.
    for (const auto& [cluster_key, cluster] : after.scan(clusters, store::prefix_of(key.account(), key.region())))
      out.insert(cluster_key);
  }
}

}  // namespace haar::rds
