// A replication group as a whole: what is wanted of it and of its members, what is seen, and the status that follows.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "services/elasticache/cluster_view.h"
#include "services/elasticache/records.h"
#include "store/reader.h"

namespace haar::elasticache {

// Of a group with cluster mode disabled.
inline constexpr std::string_view only_node_group = "0001";

struct GroupView {
  GroupRecord wanted;
  GroupStateRecord seen;
  std::vector<ClusterView> members;  // in the order of their ids; those too that are being deleted

  [[nodiscard]] const ClusterView* member(std::string_view id) const;
  // Those that are to stay.
  [[nodiscard]] std::vector<const ClusterView*> lasting() const;
  // Who is the primary, or will be; empty: nobody yet.
  [[nodiscard]] std::string_view primary() const { return seen.primary.empty() ? wanted.first_primary : seen.primary; }
};

// nullopt: there is no such group.
std::optional<GroupView> find_group(const store::Reader& reader, const store::Key& key);
// The group that the cluster is a member of; nullopt: none.
std::optional<store::Key> group_key_of(const store::Key& cluster_key, const ClusterRecord& cluster);

// creating, available, modifying, deleting, create-failed.
std::string_view status_of(const GroupView& group);

}  // namespace haar::elasticache
