#include "services/elasticache/group_view.h"

#include <algorithm>

namespace haar::elasticache {

const ClusterView* GroupView::member(std::string_view id) const {
  const auto found = std::ranges::find_if(members, [&](const ClusterView& one) { return one.wanted.id == id; });
  return found == members.end() ? nullptr : &*found;
}

std::vector<const ClusterView*> GroupView::lasting() const {
  std::vector<const ClusterView*> out;
  for (const ClusterView& one : members) {
    if (!one.wanted.deleting) out.push_back(&one);
  }
  return out;
}

std::optional<GroupView> find_group(const store::Reader& reader, const store::Key& key) {
  const GroupRecord* wanted = reader.get(groups, key);
  if (wanted == nullptr) return std::nullopt;
  GroupView out{*wanted, {}, {}};
  if (const GroupStateRecord* seen = reader.get(group_states, key)) out.seen = *seen;
  const store::Key term = store::join(key.account(), key.region(), wanted->id);
  for (const auto& [member_key, member] : reader.find(clusters, clusters_by_group, term))
    out.members.push_back(*find_cluster(reader, member_key));
  return out;
}

std::optional<store::Key> group_key_of(const store::Key& cluster_key, const ClusterRecord& cluster) {
  if (cluster.replication_group.empty()) return std::nullopt;
  return store::key_of(cluster_key.account(), cluster_key.region(), cluster.replication_group);
}

std::string_view status_of(const GroupView& group) {
  if (group.wanted.deleting) return status::deleting;
  const bool given_up = std::ranges::any_of(group.members, [](const ClusterView& one) { return !one.seen.given_up.empty(); });
  if (!group.seen.made) return given_up ? status::create_failed : status::creating;
  const bool as_wanted = group.seen.observed_generation == group.wanted.generation &&
                         group.seen.promoted_epoch == group.seen.epoch && group.lasting().size() == group.members.size();
  return as_wanted ? status::available : status::modifying;
}

}  // namespace haar::elasticache
