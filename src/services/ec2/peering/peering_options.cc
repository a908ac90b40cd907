// ModifyVpcPeeringConnectionOptions: each side says whether the other side's names resolve to private addresses.
// https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-dns.html
#include "model/ec2/ModifyVpcPeeringConnectionOptions.h"
#include "model/ec2/service.h"
#include "services/ec2/peering/peering_views.h"
#include "services/ec2/rows.h"

namespace haar::ec2 {
namespace {

using api::Call;

// ClassicLink is no more, and several paths to the other region are nothing that one machine has.
Result<void> check_built(const PeeringConnectionOptionsRequest& options) {
  const bool others = options.AllowEgressFromLocalClassicLinkToRemoteVpc.value_or(false) ||
                      options.AllowEgressFromLocalVpcToRemoteClassicLink.value_or(false) ||
                      options.AllowMultipathResilience.value_or(false) || options.MultipathResilienceMode;
  if (!others) return {};
  return Error{"NotImplemented", "Of the options of a VPC peering connection haar implements AllowDnsResolutionFromRemoteVpc.",
               501, Fault::receiver};
}

// `name`: "requester", "accepter".
Result<void> change_side(const Call& call, const std::string& peering_id, std::string_view name,
                         const PeeringConnectionOptionsRequest& options, PeeringSideRecord& side) {
  TRY(check_built(options));
  // AWS's text could not be found.
  if (!is_side(side, Place(call))) {
    return errors::OperationNotPermitted("User " + call.account().value + " cannot modify " + std::string(name) +
                                         " options of peering " + peering_id);
  }
  const VpcRecord* vpc = find_vpc(call.txn, Place(call), side.vpc_id);
  const bool wanted = options.AllowDnsResolutionFromRemoteVpc.value_or(side.dns_resolution);
  if (wanted && vpc != nullptr && !(vpc->dns_hostnames && vpc->dns_support)) {
    return errors::InvalidVpcPeeringConnectionStateDnsHostnamesDisabled("VPC " + side.vpc_id +
                                                                        " does not have DNS hostnames enabled");
  }
  side.dns_resolution = wanted;
  return {};
}

PeeringConnectionOptions options_view(const PeeringSideRecord& side) {
  return {.AllowDnsResolutionFromRemoteVpc = side.dns_resolution,
          .AllowEgressFromLocalClassicLinkToRemoteVpc = false,
          .AllowEgressFromLocalVpcToRemoteClassicLink = false};
}

Result<ModifyVpcPeeringConnectionOptionsResult> modify_options(Call& call, const ModifyVpcPeeringConnectionOptionsRequest& in) {
  const FoundPeering found = TRY(find_own_peering(call, in.VpcPeeringConnectionId));
  if (!found.record->is_active()) {
    return errors::OperationNotPermitted("Peering " + found.record->id + " is not active. Peering options can be added only "
                                         "to active peerings.");
  }
  if (!in.AccepterPeeringConnectionOptions && !in.RequesterPeeringConnectionOptions) {
    return errors::MissingParameter("The request must contain the parameter AccepterPeeringConnectionOptions or "
                                    "RequesterPeeringConnectionOptions");
  }
  PeeringRecord peering = *found.record;
  ModifyVpcPeeringConnectionOptionsResult out;
  if (in.RequesterPeeringConnectionOptions) {
    TRY(change_side(call, peering.id, "requester", *in.RequesterPeeringConnectionOptions, peering.requester));
    out.RequesterPeeringConnectionOptions = options_view(peering.requester);
  }
  if (in.AccepterPeeringConnectionOptions) {
    TRY(change_side(call, peering.id, "accepter", *in.AccepterPeeringConnectionOptions, peering.accepter));
    out.AccepterPeeringConnectionOptions = options_view(peering.accepter);
  }
  call.txn.put(peerings, found.key, std::move(peering));
  return out;
}

void set_attribute(api::Requirement& need, const std::string& side, const PeeringConnectionOptionsRequest& options) {
  if (!options.AllowDnsResolutionFromRemoteVpc) return;
  const std::string name = side + "PeeringConnectionOptions.AllowDnsResolutionFromRemoteVpc";
  need.key("ec2:Attribute", name);
  need.key("ec2:Attribute/" + name, *options.AllowDnsResolutionFromRemoteVpc ? "true" : "false");
}

void needs_modify(const Call& call, const ModifyVpcPeeringConnectionOptionsRequest& in, api::Requirements& needs) {
  api::Requirement& need = need_resource(call, needs, peering_kind, in.VpcPeeringConnectionId);
  if (in.RequesterPeeringConnectionOptions) set_attribute(need, "Requester", *in.RequesterPeeringConnectionOptions);
  if (in.AccepterPeeringConnectionOptions) set_attribute(need, "Accepter", *in.AccepterPeeringConnectionOptions);
}

}  // namespace

const api::Operations peering_options_operations = {
    op<ops::ModifyVpcPeeringConnectionOptions>(modify_options, on(needs_modify),
        takes("AccepterPeeringConnectionOptions RequesterPeeringConnectionOptions VpcPeeringConnectionId")),
};

}  // namespace haar::ec2
