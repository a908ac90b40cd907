#include "services/ec2/peering/peering_views.h"

#include "base/arn.h"
#include "base/ip_address.h"
#include "model/ec2/service.h"
#include "services/ec2/retention.h"
#include "services/ec2/rows.h"

namespace haar::ec2 {
namespace {

using api::Call;

VpcPeeringConnectionVpcInfo side_view(const PeeringSideRecord& side, bool whole) {
  VpcPeeringConnectionVpcInfo view;
  view.OwnerId = side.account;
  view.VpcId = side.vpc_id;
  view.Region = side.region;
  if (!whole) return view;
  if (!side.cidrs.empty()) view.CidrBlock = side.cidrs.front();
  view.CidrBlockSet.emplace();
  for (const std::string& cidr : side.cidrs) view.CidrBlockSet->push_back({.CidrBlock = cidr});
  for (const std::string& cidr : side.ipv6_cidrs) {
    if (!view.Ipv6CidrBlockSet) view.Ipv6CidrBlockSet.emplace();
    view.Ipv6CidrBlockSet->push_back({.Ipv6CidrBlock = cidr});
  }
  view.PeeringOptions = VpcPeeringConnectionOptionsDescription{
      .AllowDnsResolutionFromRemoteVpc = side.dns_resolution,
      .AllowEgressFromLocalClassicLinkToRemoteVpc = false,
      .AllowEgressFromLocalVpcToRemoteClassicLink = false};
  return view;
}

}  // namespace

bool is_side(const PeeringSideRecord& side, const Place& place) {
  return side.account == place.account.value && side.region == place.region.value;
}

const PeeringSideRecord& own_side(const PeeringRecord& peering, const Place& place) {
  return is_side(peering.requester, place) ? peering.requester : peering.accepter;
}
PeeringSideRecord& own_side(PeeringRecord& peering, const Place& place) {
  return is_side(peering.requester, place) ? peering.requester : peering.accepter;
}

bool is_shown(const PeeringRecord& peering, const Place& place, Timestamp now) {
  const Timestamp end = end_of(peering, now);
  if (end == Timestamp{}) return true;
  const std::int64_t seconds =
      is_side(peering.requester, place) ? peering_shown_to_requester_seconds : peering_shown_to_accepter_seconds;
  return now < end.plus_seconds(seconds);
}

FoundPeering find_peering(const Call& call, std::string_view id) {
  const store::Key term = store::join(call.account(), call.region());
  for (const auto& [key, peering] : call.txn.find(peerings, peerings_by_account, term)) {
    if (peering.id == id && is_shown(peering, Place(call), call.now())) return {key, &peering};
  }
  return {};
}

Result<FoundPeering> find_own_peering(const Call& call, const std::string& id) {
  TRY(check_id(peering_kind, id));
  FoundPeering found = find_peering(call, id);
  if (found.record == nullptr) return not_found(peering_kind, id);
  return found;
}

std::string status_of(const PeeringRecord& peering, Timestamp now) {
  const bool expired = peering.status == "pending-acceptance" && peering.expires_at <= now;
  return expired ? "expired" : peering.status;
}

Error bad_transition(const PeeringRecord& peering, Timestamp now, std::string_view to) {
  return errors::InvalidStateTransition("Invalid state transition for " + peering.id + ", attempted to transition from " +
                                        status_of(peering, now) + " to " + std::string(to));
}

// The other VPC's blocks are said once its owner has accepted.
VpcPeeringConnection peering_view(const Call& call, const PeeringRecord& peering) {
  VpcPeeringConnection view;
  view.VpcPeeringConnectionId = peering.id;
  view.RequesterVpcInfo = side_view(peering.requester, true);
  view.AccepterVpcInfo = side_view(peering.accepter, !peering.accepter.cidrs.empty());
  const std::string status = status_of(peering, call.now());
  view.Status = VpcPeeringConnectionStateReason{.Code = status, .Message = peering.status_message};
  if (status == "pending-acceptance") view.ExpirationTime = peering.expires_at;
  // AWS's message of one that has expired could not be found.
  if (status == "expired") view.Status->Message = "Expired";
  view.Tags = to_wire(own_side(peering, Place(call)).tags);
  return view;
}

std::vector<std::string> blocks_of(const VpcRecord& vpc) {
  std::vector<std::string> blocks{vpc.cidr};
  for (const CidrAssociationRecord& more : vpc.more_cidrs) blocks.push_back(more.cidr);
  return blocks;
}

std::vector<std::string> ipv6_blocks_of(const VpcRecord& vpc) {
  std::vector<std::string> blocks;
  for (const CidrAssociationRecord& more : vpc.ipv6_cidrs) blocks.push_back(more.cidr);
  return blocks;
}

bool overlap(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  for (const std::string& one : a) {
    for (const std::string& other : b) {
      const std::optional<Cidr> x = Cidr::parse_block(one), y = Cidr::parse_block(other);
      if (x && y && x->base.v6 == y->base.v6 && (x->contains(*y) || y->contains(*x))) return true;
    }
  }
  return false;
}

}  // namespace haar::ec2
