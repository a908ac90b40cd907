#include "services/elasticache/changes.h"

#include "services/elasticache/group_view.h"

namespace haar::elasticache {

void clusters_changed_by(const store::Reader&, const store::Reader& after, const store::Changed& change,
                         std::set<store::Key>& out) {
  const store::Key& key = change.key;
  if (change.space == clusters.name() || change.space == cluster_states.name()) {
    out.insert(key);
  } else if (change.space == nodes.name() || change.space == node_states.name()) {
    out.insert(store::key_of(key.account(), key.region(), key.part(2)));
  } else if (change.space == domains.name()) {
    // Written once, with the first cluster of the region: it is part of their names.
    for (const auto& [cluster_key, cluster] : after.scan(clusters, store::prefix_of(key.account(), key.region())))
      out.insert(cluster_key);
  }
}

void groups_changed_by(const store::Reader& before, const store::Reader& after, const store::Changed& change,
                       std::set<store::Key>& out) {
  const store::Key& key = change.key;
  if (change.space == groups.name() || change.space == group_states.name()) {
    out.insert(key);
  } else if (change.space == clusters.name()) {
    for (const store::Reader* reader : {&before, &after}) {
      const ClusterRecord* member = reader->get(clusters, key);
      if (member == nullptr) continue;
      if (const std::optional<store::Key> group = group_key_of(key, *member)) out.insert(*group);
    }
  } else if (change.space == domains.name()) {
    for (const auto& [group_key, group] : after.scan(groups, store::prefix_of(key.account(), key.region())))
      out.insert(group_key);
  }
}

}  // namespace haar::elasticache
