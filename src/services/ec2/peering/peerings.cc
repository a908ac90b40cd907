// VPC peering connections: Create, Accept, Reject, Delete, Describe.
// https://docs.aws.amazon.com/vpc/latest/peering/working-with-vpc-peering.html
//
// A request expires after a week: nobody has to notice, since the status follows from the time.
#include <algorithm>

#include "base/arn.h"
#include "model/ec2/AcceptVpcPeeringConnection.h"
#include "model/ec2/CreateVpcPeeringConnection.h"
#include "model/ec2/DeleteVpcPeeringConnection.h"
#include "model/ec2/DescribeVpcPeeringConnections.h"
#include "model/ec2/RejectVpcPeeringConnection.h"
#include "model/ec2/service.h"
#include "services/ec2/peering/peering_views.h"
#include "services/ec2/rows.h"

namespace haar::ec2 {
namespace {

using api::Call;

constexpr std::int64_t request_good_seconds = 7LL * 24 * 3600;
constexpr std::string_view failed_message = "Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range";

// ---- DescribeVpcPeeringConnections ---------------------------------------------------------------

template <auto side, auto member>
void side_values(const VpcPeeringConnection& peering, Values& out) { add_value(out, *(peering.*side).*member); }
template <auto member>
void status_values(const VpcPeeringConnection& peering, Values& out) { add_value(out, *peering.Status.*member); }

constexpr auto requester = &VpcPeeringConnection::RequesterVpcInfo;
constexpr auto accepter = &VpcPeeringConnection::AccepterVpcInfo;

constexpr FilterField<VpcPeeringConnection> peering_filters[] = {
    {"accepter-vpc-info.cidr-block", side_values<accepter, &VpcPeeringConnectionVpcInfo::CidrBlock>},
    {"accepter-vpc-info.owner-id", side_values<accepter, &VpcPeeringConnectionVpcInfo::OwnerId>},
    {"accepter-vpc-info.vpc-id", side_values<accepter, &VpcPeeringConnectionVpcInfo::VpcId>},
    {"expiration-time",
     [](const VpcPeeringConnection& p, Values& out) {
       if (p.ExpirationTime) out.push_back(format_iso8601_millis(*p.ExpirationTime));
     }},
    {"requester-vpc-info.cidr-block", side_values<requester, &VpcPeeringConnectionVpcInfo::CidrBlock>},
    {"requester-vpc-info.owner-id", side_values<requester, &VpcPeeringConnectionVpcInfo::OwnerId>},
    {"requester-vpc-info.vpc-id", side_values<requester, &VpcPeeringConnectionVpcInfo::VpcId>},
    {"status-code", status_values<&VpcPeeringConnectionStateReason::Code>},
    {"status-message", status_values<&VpcPeeringConnectionStateReason::Message>},
    {"vpc-peering-connection-id", [](const VpcPeeringConnection& p, Values& out) { add_value(out, p.VpcPeeringConnectionId); }},
};

// Those of both sides lie under the requester's account and region; an index has them for each side.
Result<DescribeVpcPeeringConnectionsResult> describe_peerings(Call& call, const DescribeVpcPeeringConnectionsRequest& in) {
  TRY(check_ids(peering_kind, in.VpcPeeringConnectionIds));
  const Values named = in.VpcPeeringConnectionIds.value_or(Values{});
  Values missing;
  for (const std::string& id : named) {
    if (find_peering(call, id).record == nullptr) missing.push_back(id);
  }
  if (!missing.empty()) return not_found(peering_kind, missing);
  const auto filters = TRY(read_filters<VpcPeeringConnection>(in.Filters, peering_filters));
  const std::size_t size = TRY(api::page_size(page_rules, in.MaxResults));
  const std::string name = listing_name("DescribeVpcPeeringConnections", in.Filters, in.VpcPeeringConnectionIds);
  api::Page page = TRY(api::Page::open(call, page_rules, name, in.NextToken, size));
  DescribeVpcPeeringConnectionsResult out;
  out.VpcPeeringConnections.emplace();
  const store::Key term = store::join(call.account(), call.region());
  for (const auto& [key, peering] :
       call.txn.find(peerings, peerings_by_account, term, store::Key::from_bytes(page.after()))) {
    if (!named.empty() && std::ranges::find(named, peering.id) == named.end()) continue;
    if (!is_shown(peering, Place(call), call.now())) continue;
    VpcPeeringConnection view = peering_view(call, peering);
    if (!filters.match(view)) continue;
    if (!page.take(key.bytes())) break;
    out.VpcPeeringConnections->push_back(std::move(view));
  }
  out.NextToken = page.next();
  return out;
}

// ---- CreateVpcPeeringConnection ------------------------------------------------------------------

PeeringSideRecord accepter_of(const Call& call, const CreateVpcPeeringConnectionRequest& in) {
  const auto or_own = [](const std::optional<std::string>& text, const std::string& own) {
    return text && !text->empty() ? *text : own;
  };
  PeeringSideRecord side;
  side.account = or_own(in.PeerOwnerId, call.account().value);
  side.region = or_own(in.PeerRegion, call.region().value);
  side.vpc_id = in.PeerVpcId.value_or("");
  return side;
}

Result<void> check_accepter(const Call& call, const PeeringSideRecord& side) {
  if (side.vpc_id.empty()) return errors::MissingParameter("The request must contain the parameter peerVpcId");
  TRY(check_id(vpc_kind, side.vpc_id));
  constexpr std::size_t account_digits = 12;
  if (side.account.size() != account_digits || side.account.find_first_not_of("0123456789") != std::string::npos) {
    return errors::InvalidUserIDMalformed("Invalid user id: \"" + side.account + "\"");
  }
  if (find_region(side.region) == nullptr) {
    return errors::InvalidParameterValue("Value (" + side.region + ") for parameter peerRegion is invalid.");
  }
  const Place there(AccountId(side.account), ::haar::Region(side.region));
  const bool own = is_side(side, Place(call));
  if (own && find_vpc(call.txn, there, side.vpc_id) == nullptr) return not_found(vpc_kind, side.vpc_id);
  return {};
}

bool is_open(const PeeringRecord& peering, Timestamp now) {
  const std::string status = status_of(peering, now);
  return status == "pending-acceptance" || status == "active";
}

// One connection at most lies between two VPCs, whoever has asked for it.
Result<void> check_others(const Call& call, const PeeringRecord& wanted) {
  std::size_t of_vpc = 0, outstanding = 0;
  for (const auto& [key, other] :
       call.txn.find(peerings, peerings_by_account, store::join(call.account(), call.region()))) {
    if (!is_open(other, call.now())) continue;
    const auto same = [](const PeeringSideRecord& a, const PeeringSideRecord& b) {
      return a.vpc_id == b.vpc_id && a.account == b.account && a.region == b.region;
    };
    const auto has = [&](const PeeringSideRecord& side) { return same(other.requester, side) || same(other.accepter, side); };
    if (has(wanted.requester) && has(wanted.accepter)) {
      // AWS's text could not be found.
      return errors::VpcPeeringConnectionAlreadyExists("A VPC peering connection already exists between " +
                                                       wanted.requester.vpc_id + " and " + wanted.accepter.vpc_id + ": " +
                                                       other.id);
    }
    if (has(wanted.requester)) ++of_vpc;
    if (other.status == "pending-acceptance" && is_side(other.requester, Place(call))) ++outstanding;
  }
  if (outstanding >= outstanding_peerings.value()) {
    return errors::OutstandingVpcPeeringConnectionLimitExceeded(
        "The maximum number of outstanding VPC peering connection requests has been reached.");
  }
  if (of_vpc >= peerings_per_vpc.value()) {
    return errors::VpcPeeringConnectionsPerVpcLimitExceeded(
        "The maximum number of VPC peering connections for VPC '" + wanted.requester.vpc_id + "' has been reached.");
  }
  return {};
}

// What is wrong with the other VPC is not an error but a connection that has failed.
bool can_be_peered(const Call& call, const PeeringRecord& wanted) {
  const Place there(AccountId(wanted.accepter.account), ::haar::Region(wanted.accepter.region));
  const VpcRecord* peer = find_vpc(call.txn, there, wanted.accepter.vpc_id);
  if (peer == nullptr) return false;
  return !overlap(wanted.requester.cidrs, blocks_of(*peer)) && !overlap(wanted.requester.ipv6_cidrs, ipv6_blocks_of(*peer));
}

Result<CreateVpcPeeringConnectionResult> create_peering(Call& call, const CreateVpcPeeringConnectionRequest& in) {
  TRY(check_id(vpc_kind, in.VpcId));
  PeeringRecord peering;
  peering.requester.tags = TRY(tags_to_create(in.TagSpecifications, peering_kind));
  const VpcRecord* vpc = find_vpc(call.txn, Place(call), in.VpcId);
  if (vpc == nullptr) return not_found(vpc_kind, in.VpcId);
  peering.accepter = accepter_of(call, in);
  TRY(check_accepter(call, peering.accepter));
  peering.id = new_id(call, peering_kind);
  peering.requester.account = call.account().value;
  peering.requester.region = call.region().value;
  peering.requester.vpc_id = vpc->id;
  peering.requester.cidrs = blocks_of(*vpc);
  peering.requester.ipv6_cidrs = ipv6_blocks_of(*vpc);
  const bool good = can_be_peered(call, peering);
  if (good) TRY(check_others(call, peering));
  peering.expires_at = call.now().plus_seconds(request_good_seconds);
  // The answer says what every request begins with; whoever looks afterwards sees what has become of it.
  peering.status = "initiating-request";
  peering.status_message = "Initiating Request to " + peering.accepter.account;
  CreateVpcPeeringConnectionResult out;
  out.VpcPeeringConnection = peering_view(call, peering);
  out.VpcPeeringConnection->ExpirationTime = peering.expires_at;
  peering.status = good ? "pending-acceptance" : "failed";
  peering.status_message = good ? "Pending Acceptance by " + peering.accepter.account : std::string(failed_message);
  if (!good) peering.ended_at = call.now();
  call.txn.put(peerings, call.key(peering.id), peering);
  return out;
}

std::string vpc_arn(const Call& call, const PeeringSideRecord& side) {
  return make_arn(call.partition(), "ec2", side.region, AccountId(side.account), "vpc/" + side.vpc_id);
}

void needs_create(const Call& call, const CreateVpcPeeringConnectionRequest& in, api::Requirements& needs) {
  const auto describe = [&](api::Requirement& need) {
    need.request_tags = requested_tags(in.TagSpecifications);
    need.key("ec2:RequesterVpc", arn_of(call, vpc_kind, in.VpcId));
    need.key("ec2:AccepterVpc", vpc_arn(call, accepter_of(call, in)));
  };
  describe(need_new(call, needs, peering_kind));
  need_resource(call, needs, vpc_kind, in.VpcId);
  if (requested_tags(in.TagSpecifications).empty()) return;
  describe(need_new(call, needs, peering_kind, "ec2:CreateTags").key("ec2:CreateAction", "CreateVpcPeeringConnection"));
}

// ---- AcceptVpcPeeringConnection, RejectVpcPeeringConnection, DeleteVpcPeeringConnection ----------

// Of a request that this side may answer; `verb`: "accept".
Result<FoundPeering> find_request(const Call& call, const std::string& id, std::string_view verb, std::string_view to) {
  const FoundPeering found = TRY(find_own_peering(call, id));
  if (status_of(*found.record, call.now()) != "pending-acceptance") return bad_transition(*found.record, call.now(), to);
  if (is_side(found.record->accepter, Place(call))) return found;
  return errors::OperationNotPermitted("User " + call.account().value + " cannot " + std::string(verb) + " peering " + id);
}

Result<AcceptVpcPeeringConnectionResult> accept_peering(Call& call, const AcceptVpcPeeringConnectionRequest& in) {
  const FoundPeering found = TRY(find_request(call, in.VpcPeeringConnectionId, "accept", "active"));
  PeeringRecord peering = *found.record;
  const VpcRecord* vpc = find_vpc(call.txn, Place(call), peering.accepter.vpc_id);
  if (vpc == nullptr) return not_found(vpc_kind, peering.accepter.vpc_id);
  AcceptVpcPeeringConnectionResult out;
  if (can_be_peered(call, peering)) {
    peering.accepter.cidrs = blocks_of(*vpc);
    peering.accepter.ipv6_cidrs = ipv6_blocks_of(*vpc);
    peering.status = "provisioning";
    peering.status_message = "Provisioning";
    out.VpcPeeringConnection = peering_view(call, peering);
    peering.status = "active";
    peering.status_message = "Active";
  } else {
    peering.status = "failed";
    peering.status_message = failed_message;
    peering.ended_at = call.now();
    out.VpcPeeringConnection = peering_view(call, peering);
  }
  call.txn.put(peerings, found.key, std::move(peering));
  return out;
}

void end(Call& call, const FoundPeering& found, std::string status, std::string message) {
  PeeringRecord peering = *found.record;
  peering.status = std::move(status);
  peering.status_message = std::move(message);
  peering.ended_at = call.now();
  call.txn.put(peerings, found.key, std::move(peering));
}

Result<RejectVpcPeeringConnectionResult> reject_peering(Call& call, const RejectVpcPeeringConnectionRequest& in) {
  const FoundPeering found = TRY(find_request(call, in.VpcPeeringConnectionId, "reject", "rejected"));
  end(call, found, "rejected", "Rejected by " + call.account().value);
  return RejectVpcPeeringConnectionResult{.Return = true};
}

// Both may end what is active; a request, only who has made it: the other side rejects it.
Result<DeleteVpcPeeringConnectionResult> delete_peering(Call& call, const DeleteVpcPeeringConnectionRequest& in) {
  const FoundPeering found = TRY(find_own_peering(call, in.VpcPeeringConnectionId));
  if (!is_open(*found.record, call.now())) return bad_transition(*found.record, call.now(), "deleting");
  if (!found.record->is_active() && !is_side(found.record->requester, Place(call))) {
    return errors::OperationNotPermitted("User " + call.account().value + " cannot delete peering " + found.record->id);
  }
  end(call, found, "deleted", "Deleted by " + call.account().value);
  return DeleteVpcPeeringConnectionResult{.Return = true};
}

template <class Input>
void needs_peering(const Call& call, const Input& in, api::Requirements& needs) {
  need_resource(call, needs, peering_kind, in.VpcPeeringConnectionId);
}

void needs_accept(const Call& call, const AcceptVpcPeeringConnectionRequest& in, api::Requirements& needs) {
  need_resource(call, needs, peering_kind, in.VpcPeeringConnectionId);
  const FoundPeering found = find_peering(call, in.VpcPeeringConnectionId);
  if (found.record != nullptr) need_resource(call, needs, vpc_kind, found.record->accepter.vpc_id);
  else need_new(call, needs, vpc_kind);
}

// ---- the kind: each side has tags of its own -----------------------------------------------------

void describe_for_policies(const Call& call, std::string_view id, api::Requirement& need) {
  const FoundPeering found = find_peering(call, id);
  if (found.record == nullptr) return;
  need.resource_tags = own_side(*found.record, Place(call)).tags;
  need.key("ec2:RequesterVpc", vpc_arn(call, found.record->requester));
  need.key("ec2:AccepterVpc", vpc_arn(call, found.record->accepter));
}

constexpr api::TaggedRecords tagged_peerings{
    .find = [](const Call& call, std::string_view id) -> const api::TagMap* {
      const FoundPeering found = find_peering(call, id);
      return found.record == nullptr ? nullptr : &own_side(*found.record, Place(call)).tags;
    },
    .usable = [](const Call& call, std::string_view id) { return find_peering(call, id).record != nullptr; },
    .change = [](Call& call, std::string_view id, const api::TagChange& change) -> Result<bool> {
      const FoundPeering found = find_peering(call, id);
      if (found.record == nullptr) return false;
      PeeringRecord changed = *found.record;
      TRY(change(own_side(changed, Place(call)).tags));
      call.txn.put(peerings, found.key, std::move(changed));
      return true;
    },
    // In the order of the ids, which within one side's own connections is that of the keys.
    .each =
        [](const Call& call, const api::TagVisit& visit) {
          std::vector<const PeeringRecord*> all;
          const store::Key term = store::join(call.account(), call.region());
          for (const auto& [key, peering] : call.txn.find(peerings, peerings_by_account, term)) {
            if (is_shown(peering, Place(call), call.now())) all.push_back(&peering);
          }
          std::ranges::sort(all, {}, &PeeringRecord::id);
          for (const PeeringRecord* peering : all) visit(peering->id, own_side(*peering, Place(call)).tags);
        }};

}  // namespace

constinit const ResourceKind peering_kind{
    "pcx-", "vpc-peering-connection", "vpcPeeringConnection ID", "vpcPeeringConnection IDs",
    errors::InvalidVpcPeeringConnectionIdMalformed, errors::InvalidVpcPeeringConnectionIDNotFound,
    tagged_peerings, describe_for_policies, "ec2:VpcPeeringConnectionID"};

const api::Operations peerings_operations = {
    op<ops::DescribeVpcPeeringConnections>(describe_peerings, on(any_in_region), read_only,
        takes("NextToken MaxResults VpcPeeringConnectionIds Filters")),
    op<ops::CreateVpcPeeringConnection>(create_peering, on(needs_create),
        takes("PeerRegion TagSpecifications VpcId PeerVpcId PeerOwnerId")),
    op<ops::AcceptVpcPeeringConnection>(accept_peering, on(needs_accept), takes("VpcPeeringConnectionId")),
    op<ops::RejectVpcPeeringConnection>(reject_peering, on(needs_peering<RejectVpcPeeringConnectionRequest>),
        takes("VpcPeeringConnectionId")),
    op<ops::DeleteVpcPeeringConnection>(delete_peering, on(needs_peering<DeleteVpcPeeringConnectionRequest>),
        takes("VpcPeeringConnectionId")),
};

}  // namespace haar::ec2
