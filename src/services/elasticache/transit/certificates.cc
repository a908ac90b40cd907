#include "services/elasticache/transit/certificates.h"

#include <set>

#include "services/elasticache/group_view.h"
#include "services/elasticache/names.h"

namespace haar::elasticache {

std::vector<tls::Name> certificate_names(const store::Reader& reader, const store::Key& cluster, const ClusterView& view,
                                         std::string_view node) {
  std::set<tls::Name> names;
  const auto add = [&](const std::string& text) {
    const Result<tls::Name> name = tls::parse_name(text);
    // The CA may stand for loopback addresses alone (tls/authority.h).
    if (name.ok() && (!name->is_address || tls::is_loopback(*name))) names.insert(*name);
  };
  const std::string region(cluster.region()), label = known_domain_label(reader, cluster);
  add(node_endpoint_name(view.wanted, node, label, region));
  for (const NodeView& one : view.nodes) {
    if (one.wanted.id == node) add(one.seen.address);
  }
  const std::optional<store::Key> key = group_key_of(cluster, view.wanted);
  const GroupRecord* group = key ? reader.get(groups, *key) : nullptr;
  if (group != nullptr) {
    add(primary_endpoint_name(*group, label, region));
    add(reader_endpoint_name(*group, label, region));
    add(encrypted_endpoint_name("*", group->id, label, region));
    if (const GroupStateRecord* seen = reader.get(group_states, *key)) {
      add(seen->primary_address);
      add(seen->reader_address);
    }
  }
  return {names.begin(), names.end()};
}

}  // namespace haar::elasticache
