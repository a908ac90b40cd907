#include "services/ec2/security_groups/group_vpcs.h"

namespace haar::ec2 {
namespace {

bool is_side(const PeeringSideRecord& side, const AccountId& account, std::string_view region, std::string_view vpc_id) {
  return side.account == account.value && side.region == region && side.vpc_id == vpc_id;
}

}  // namespace

bool group_serves_vpc(const store::Reader& reader, const Place& place, const SecurityGroupRecord& group,
                      std::string_view vpc_id) {
  return group.vpc_id == vpc_id ||
         reader.get(security_group_vpcs, store::key_of(place.account, place.region, group.id, vpc_id)) != nullptr;
}

const PeeringRecord* find_any_peering_between(const store::Reader& reader, const Place& place, std::string_view vpc_id,
                                              const AccountId& peer_account, std::string_view peer_vpc_id) {
  const PeeringRecord* ended = nullptr;
  const store::Key term = store::join(place.account.value, place.region.value, vpc_id);
  for (const auto& [key, peering] : reader.find(peerings, peerings_by_vpc, term)) {
    if (!is_side(peering.requester, peer_account, place.region.value, peer_vpc_id) &&
        !is_side(peering.accepter, peer_account, place.region.value, peer_vpc_id)) {
      continue;
    }
    if (peering.is_active()) return &peering;
    ended = &peering;
  }
  return ended;
}

const PeeringRecord* find_peering_between(const store::Reader& reader, const Place& place, std::string_view vpc_id,
                                          const AccountId& peer_account, std::string_view peer_vpc_id) {
  const PeeringRecord* peering = find_any_peering_between(reader, place, vpc_id, peer_account, peer_vpc_id);
  return peering != nullptr && peering->is_active() ? peering : nullptr;
}

bool is_stale(const store::Reader& reader, const Place& place, const SecurityGroupRecord& group,
              const SecurityGroupRuleRecord& rule) {
  if (rule.peer_group_id.empty()) return false;
  const AccountId owner(rule.peer_account);
  const SecurityGroupRecord* peer = find_security_group(reader, Place(owner, place.region), rule.peer_group_id);
  if (peer == nullptr) return true;
  return !group_serves_vpc(reader, Place(owner, place.region), *peer, group.vpc_id) &&
         find_peering_between(reader, place, group.vpc_id, owner, peer->vpc_id) == nullptr;
}

}  // namespace haar::ec2
