// Subnet groups: the subnets of one VPC in which a service may put what it runs.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/kit/call.h"
#include "base/encoding.h"
#include "store/space.h"

namespace haar::managed {

// What a service's record of a subnet group holds: `struct SubnetGroupRecord : managed::SubnetGroup`.
struct SubnetGroup {
  std::string name;
  std::string description;
  std::string vpc_id;
  std::vector<std::string> subnet_ids;
  std::map<std::string, std::string> tags;

  template <class V>
  void fields(V& v) { v(1, name); v(2, description); v(3, vpc_id); v(4, subnet_ids); v(5, tags); }
};

// What differs between services.
struct SubnetGroupRules {
  // Of the group "default", which is made of the default VPC's subnets when it is first needed.
  std::string_view default_description;
  std::size_t default_zones_min;
  Error (*no_default_vpc)();
  Error (*too_few_zones)();
  Error (*not_found)(std::string_view name);
};

// The subnets of the group that still exist, with their zones.
struct ZonedSubnet {
  std::string id, zone;
};
std::vector<ZonedSubnet> subnets_in(const api::Call& call, const SubnetGroup& group);
// As answers show them; what a service shows of each beside that, fill(view) adds.
template <class WireSubnet, class Fill>
std::vector<WireSubnet> subnet_views(const api::Call& call, const SubnetGroup& group, Fill fill) {
  std::vector<WireSubnet> out;
  for (const ZonedSubnet& subnet : subnets_in(call, group)) {
    WireSubnet& view = out.emplace_back();
    view.SubnetIdentifier = subnet.id;
    view.SubnetAvailabilityZone.emplace();
    view.SubnetAvailabilityZone->Name = subnet.zone;
    fill(view);
  }
  return out;
}

// One subnet for each zone of the group: the first that still exists.
std::map<std::string, std::string> subnet_by_zone(const api::Call& call, const SubnetGroup& group);

Result<SubnetGroup> make_default_subnet_group(const api::Call& call, const SubnetGroupRules& rules);

// The named group; without a name, "default".
template <class Record>
Result<Record> resolve_subnet_group(api::Call& call, const SubnetGroupRules& rules, const store::KeySpace<Record>& groups,
                                    const std::optional<std::string>& name) {
  constexpr std::string_view default_name = "default";
  const std::string wanted = name ? to_lower(*name) : std::string(default_name);
  if (const Record* known = call.txn.get(groups, call.key(wanted))) return *known;
  if (wanted != default_name) return rules.not_found(wanted);
  Record record{TRY(make_default_subnet_group(call, rules))};
  record.name = default_name;
  call.txn.put(groups, call.key(wanted), record);
  return record;
}

}  // namespace haar::managed
