// CreateNetworkAclEntry, ReplaceNetworkAclEntry, DeleteNetworkAclEntry.
// https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html
#include <algorithm>

#include "model/ec2/CreateNetworkAclEntry.h"
#include "model/ec2/DeleteNetworkAclEntry.h"
#include "model/ec2/ReplaceNetworkAclEntry.h"
#include "model/ec2/service.h"
#include "services/ec2/network/network_acl_rules.h"
#include "services/ec2/require.h"
#include "services/ec2/quotas.h"
#include "services/ec2/rows.h"

namespace haar::ec2 {
namespace {

using api::Call;
using api::Requirements;

template <class In>
WantedAclEntry wanted_entry(const In& in) {
  return {in.RuleNumber, in.Egress, in.Protocol, in.RuleAction, in.CidrBlock, in.Ipv6CidrBlock, in.IcmpTypeCode, in.PortRange};
}

auto find_entry(NetworkAclRecord& acl, std::int32_t number, bool egress) {
  return std::ranges::find_if(acl.entries, [&](const NetworkAclEntryRecord& entry) {
    return entry.number == number && entry.egress == egress;
  });
}

// AWS's text begins so (https://github.com/hashicorp/terraform-provider-aws/issues/12175); whether it goes on is not known.
Error no_entry(std::int32_t number, bool egress) {
  return errors::InvalidNetworkAclEntryNotFound("no " + std::string(egress ? "egress" : "ingress") + " entry with number " +
                                                std::to_string(number));
}

Result<wire::Empty> create_entry(Call& call, const CreateNetworkAclEntryRequest& in) {
  NetworkAclRecord acl = *TRY(require(call, network_acl_kind, network_acls, in.NetworkAclId));
  NetworkAclEntryRecord entry = TRY(read_acl_entry(wanted_entry(in)));
  if (find_entry(acl, entry.number, entry.egress) != acl.entries.end()) {
    return errors::NetworkAclEntryAlreadyExists("The network acl entry identified by " + std::to_string(entry.number) +
                                                " already exists.");
  }
  if (static_cast<std::size_t>(std::ranges::count(acl.entries, entry.egress, &NetworkAclEntryRecord::egress)) >=
      rules_per_network_acl.value()) {
    return errors::NetworkAclEntryLimitExceeded("The maximum number of network acl entries has been reached.");
  }
  acl.entries.push_back(std::move(entry));
  sort_acl_entries(acl.entries);
  call.txn.put(network_acls, call.key(in.NetworkAclId), std::move(acl));
  return wire::Empty{};
}

Result<wire::Empty> replace_entry(Call& call, const ReplaceNetworkAclEntryRequest& in) {
  NetworkAclRecord acl = *TRY(require(call, network_acl_kind, network_acls, in.NetworkAclId));
  NetworkAclEntryRecord entry = TRY(read_acl_entry(wanted_entry(in)));
  const auto at = find_entry(acl, entry.number, entry.egress);
  if (at == acl.entries.end()) return no_entry(entry.number, entry.egress);
  *at = std::move(entry);
  call.txn.put(network_acls, call.key(in.NetworkAclId), std::move(acl));
  return wire::Empty{};
}

Result<wire::Empty> delete_entry(Call& call, const DeleteNetworkAclEntryRequest& in) {
  NetworkAclRecord acl = *TRY(require(call, network_acl_kind, network_acls, in.NetworkAclId));
  TRY(check_acl_rule_number(in.RuleNumber));
  const auto at = find_entry(acl, in.RuleNumber, in.Egress);
  if (at == acl.entries.end()) return no_entry(in.RuleNumber, in.Egress);
  acl.entries.erase(at);
  call.txn.put(network_acls, call.key(in.NetworkAclId), std::move(acl));
  return wire::Empty{};
}

template <class In>
void needs_acl_entry(const Call& call, const In& in, Requirements& needs) {
  need_resource(call, needs, network_acl_kind, in.NetworkAclId);
}

}  // namespace

const api::Operations network_acl_entries_operations = {
    op<ops::CreateNetworkAclEntry>(create_entry, on(needs_acl_entry<CreateNetworkAclEntryRequest>),
        takes("NetworkAclId RuleNumber Protocol RuleAction Egress CidrBlock Ipv6CidrBlock IcmpTypeCode PortRange")),
    op<ops::ReplaceNetworkAclEntry>(replace_entry, on(needs_acl_entry<ReplaceNetworkAclEntryRequest>),
        takes("NetworkAclId RuleNumber Protocol RuleAction Egress CidrBlock Ipv6CidrBlock IcmpTypeCode PortRange")),
    op<ops::DeleteNetworkAclEntry>(delete_entry, on(needs_acl_entry<DeleteNetworkAclEntryRequest>),
        takes("NetworkAclId RuleNumber Egress")),
};

}  // namespace haar::ec2
