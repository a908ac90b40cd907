// CreateNetworkAcl, DeleteNetworkAcl, ReplaceNetworkAclAssociation.
// https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
#include <algorithm>

#include "model/ec2/CreateNetworkAcl.h"
#include "model/ec2/DeleteNetworkAcl.h"
#include "model/ec2/ReplaceNetworkAclAssociation.h"
#include "model/ec2/service.h"
#include "services/ec2/network/network_acl_rules.h"
#include "services/ec2/network/new_vpc.h"
#include "services/ec2/require.h"
#include "services/ec2/quotas.h"
#include "services/ec2/rows.h"

namespace haar::ec2 {
namespace {

using api::Call;
using api::Requirements;

// ---- CreateNetworkAcl ----------------------------------------------------------------------------

std::size_t acls_of_vpc(const Call& call, const std::string& vpc_id) {
  std::size_t count = 0;
  const store::Key term = store::join(call.account(), call.region(), vpc_id);
  for ([[maybe_unused]] const auto& found : call.txn.find(network_acls, network_acls_by_vpc, term)) ++count;
  return count;
}

// A new ACL lets nothing pass, and belongs to no subnet.
Result<CreateNetworkAclResult> create_network_acl(Call& call, const CreateNetworkAclRequest& in) {
  const VpcRecord* vpc = TRY(require(call, vpc_kind, vpcs, in.VpcId));
  NetworkAclRecord acl;
  acl.tags = TRY(tags_to_create(in.TagSpecifications, network_acl_kind));
  if (acls_of_vpc(call, vpc->id) >= network_acls_per_vpc.value()) {
    return errors::NetworkAclLimitExceeded("The maximum number of network ACLs has been reached.");
  }
  acl.id = new_id(call, network_acl_kind);
  acl.vpc_id = vpc->id;
  acl.entries = last_acl_entries(*vpc);
  call.txn.put(network_acls, call.key(acl.id), acl);
  CreateNetworkAclResult out;
  out.NetworkAcl = network_acl_view(call, acl);
  out.ClientToken = in.ClientToken;
  return out;
}

void needs_create_network_acl(const Call& call, const CreateNetworkAclRequest& in, Requirements& needs) {
  need_new(call, needs, network_acl_kind).request_tags = requested_tags(in.TagSpecifications);
  need_resource(call, needs, vpc_kind, in.VpcId);
  need_create_tags(call, needs, network_acl_kind, "CreateNetworkAcl", in.TagSpecifications);
}

// ---- DeleteNetworkAcl ----------------------------------------------------------------------------

Result<wire::Empty> delete_network_acl(Call& call, const DeleteNetworkAclRequest& in) {
  const NetworkAclRecord* acl = TRY(require(call, network_acl_kind, network_acls, in.NetworkAclId));
  // AWS's page: "You can't delete the default network ACL." Its exact words could not be found.
  if (acl->is_default) return errors::InvalidParameterValue("cannot delete default network ACL " + acl->id);
  if (!acl->associations.empty()) {
    return errors::DependencyViolation("The networkAcl '" + acl->id + "' has dependencies and cannot be deleted.");
  }
  call.txn.erase(network_acls, call.key(in.NetworkAclId));
  return wire::Empty{};
}

void needs_delete_network_acl(const Call& call, const DeleteNetworkAclRequest& in, Requirements& needs) {
  need_resource(call, needs, network_acl_kind, in.NetworkAclId);
}

// ---- ReplaceNetworkAclAssociation ----------------------------------------------------------------

constexpr std::string_view association_prefix = "aclassoc-";

// The ACL with this association; nullptr: there is none.
const NetworkAclRecord* find_acl_of_association(const Call& call, std::string_view id) {
  const store::Key term = store::join(call.account(), call.region(), id);
  const auto found = call.txn.find(network_acls, network_acls_by_association, term).first();
  return found ? &found->record : nullptr;
}

const std::string& subnet_of(const NetworkAclRecord& acl, std::string_view association_id) {
  return std::ranges::find(acl.associations, association_id, &NetworkAclAssociationRecord::id)->subnet_id;
}

Result<ReplaceNetworkAclAssociationResult> replace_network_acl_association(Call& call,
                                                                          const ReplaceNetworkAclAssociationRequest& in) {
  if (!in.AssociationId.starts_with(association_prefix)) {
    return errors::InvalidAssociationIDMalformed("Invalid id: \"" + in.AssociationId + "\" (expecting \"aclassoc-...\")");
  }
  const NetworkAclRecord* wanted = TRY(require(call, network_acl_kind, network_acls, in.NetworkAclId));
  const NetworkAclRecord* before = find_acl_of_association(call, in.AssociationId);
  if (before == nullptr) {
    return errors::InvalidAssociationIDNotFound("The association ID '" + in.AssociationId + "' does not exist");
  }
  if (before->vpc_id != wanted->vpc_id) {
    return errors::InvalidParameterValue("networkAcl " + wanted->id + " and subnet " + subnet_of(*before, in.AssociationId) +
                                         " belong to different networks");
  }
  const std::string subnet_id = subnet_of(*before, in.AssociationId), old_id = before->id, new_id = wanted->id;
  NetworkAclRecord old_acl = *before;
  std::erase_if(old_acl.associations, [&](const auto& association) { return association.id == in.AssociationId; });
  call.txn.put(network_acls, call.key(old_id), std::move(old_acl));
  NetworkAclRecord new_acl = *call.txn.get(network_acls, call.key(new_id));  // it may be the old one
  new_acl.associations.push_back({ec2_id(call.random(), "aclassoc"), subnet_id});
  ReplaceNetworkAclAssociationResult out;
  out.NewAssociationId = new_acl.associations.back().id;
  call.txn.put(network_acls, call.key(new_id), std::move(new_acl));
  return out;
}

// The ACL that comes and the subnet; an association that leads nowhere needs permission on any subnet.
void needs_replace_network_acl_association(const Call& call, const ReplaceNetworkAclAssociationRequest& in,
                                           Requirements& needs) {
  need_resource(call, needs, network_acl_kind, in.NetworkAclId);
  const NetworkAclRecord* before = find_acl_of_association(call, in.AssociationId);
  if (before != nullptr) need_resource(call, needs, subnet_kind, subnet_of(*before, in.AssociationId));
  else need_new(call, needs, subnet_kind);
}

}  // namespace

const api::Operations network_acl_changes_operations = {
    op<ops::CreateNetworkAcl>(create_network_acl, on(needs_create_network_acl), takes("VpcId ClientToken TagSpecifications")),
    op<ops::DeleteNetworkAcl>(delete_network_acl, on(needs_delete_network_acl), takes("NetworkAclId")),
    op<ops::ReplaceNetworkAclAssociation>(replace_network_acl_association, on(needs_replace_network_acl_association),
        takes("AssociationId NetworkAclId")),
};

}  // namespace haar::ec2
