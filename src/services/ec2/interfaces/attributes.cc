// ModifyNetworkInterfaceAttribute, DescribeNetworkInterfaceAttribute, ResetNetworkInterfaceAttribute.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyNetworkInterfaceAttribute.html
#include "model/ec2/DescribeNetworkInterfaceAttribute.h"
#include "model/ec2/ModifyNetworkInterfaceAttribute.h"
#include "model/ec2/ResetNetworkInterfaceAttribute.h"
#include "model/ec2/service.h"
#include "services/ec2/attribute_key.h"
#include "services/ec2/interfaces/interfaces.h"
#include "services/ec2/rows.h"

namespace haar::ec2 {
namespace {

using api::Call;
using api::Requirements;

// ---- ModifyNetworkInterfaceAttribute -------------------------------------------------------------

Result<void> change_attachment(const NetworkInterfaceAttachmentChanges& changes, NetworkInterfaceRecord& record) {
  const std::string id = changes.AttachmentId.value_or("");
  if (id.empty()) return errors::MissingParameter("The request must contain the parameter attachment.attachmentId");
  if (record.attachment_id != id)
    return errors::InvalidAttachmentIDNotFound("The attachment ID '" + id + "' does not exist");
  if (changes.EnaQueueCount || changes.DefaultEnaQueueCount) {
    return Error{"NotImplemented", "ENA queues are not implemented by haar.", 501, Fault::receiver};
  }
  if (changes.DeleteOnTermination) record.delete_on_termination = *changes.DeleteOnTermination;
  return {};
}

// One attribute a call, as AWS's page says.
Result<wire::Empty> modify_interface(Call& call, const ModifyNetworkInterfaceAttributeRequest& in) {
  const NetworkInterfaceRecord* before = TRY(require_own_interface(call, in.NetworkInterfaceId));
  const bool groups = in.Groups && !in.Groups->empty();
  if (in.Description.has_value() + in.SourceDestCheck.has_value() + in.Attachment.has_value() + groups != 1) {
    return errors::InvalidParameterCombination(
        "You must specify exactly one attribute of the network interface to modify");
  }
  NetworkInterfaceRecord after = *before;
  if (in.Description) {
    TRY(check_interface_description(in.Description->Value));
    after.description = in.Description->Value.value_or("");
  }
  if (in.SourceDestCheck) after.source_dest_check = in.SourceDestCheck->Value.value_or(true);
  if (groups) after.group_ids = TRY(groups_for(call, after.vpc_id, in.Groups, of_different_networks));
  if (in.Attachment) TRY(change_attachment(*in.Attachment, after));
  call.txn.put(network_interfaces, call.key(in.NetworkInterfaceId), std::move(after));
  return wire::Empty{};
}

void needs_modify_network_interface_attribute(const Call& call, const ModifyNetworkInterfaceAttributeRequest& in,
                                              Requirements& needs) {
  api::Requirement& need = need_resource(call, needs, network_interface_kind, in.NetworkInterfaceId);
  // The attribute by its name in the API, and what it is set to. A call sets one.
  if (in.Description) key_attribute(need, "Description", {in.Description->Value.value_or("")});
  if (in.SourceDestCheck) key_attribute(need, "SourceDestCheck", {in.SourceDestCheck->Value.value_or(true) ? "true" : "false"});
  if (in.Attachment) key_attribute(need, "Attachment", {in.Attachment->AttachmentId.value_or("")});
  if (in.Groups) key_attribute(need, "Groups", *in.Groups);
  for (const std::string& id : in.Groups.value_or(Values{})) need_resource(call, needs, security_group_kind, id);
  const NetworkInterfaceRecord* record = find_network_interface(call.txn, Place(call), in.NetworkInterfaceId);
  if (in.Attachment && record != nullptr && !record->instance_id.empty())
    need_resource(call, needs, instance_kind, record->instance_id);
}

// ---- DescribeNetworkInterfaceAttribute -----------------------------------------------------------

Result<DescribeNetworkInterfaceAttributeResult> describe_attribute(Call& call,
                                                                   const DescribeNetworkInterfaceAttributeRequest& in) {
  const NetworkInterfaceRecord* record = TRY(require_interface(call, in.NetworkInterfaceId));
  DescribeNetworkInterfaceAttributeResult out;
  out.NetworkInterfaceId = record->id;
  const std::string attribute = in.Attribute.value_or("");
  if (attribute == "description") out.Description.emplace().Value = record->description;
  else if (attribute == "groupSet") out.Groups = group_views(call, record->group_ids);
  else if (attribute == "sourceDestCheck") out.SourceDestCheck.emplace().Value = record->source_dest_check;
  else if (attribute == "attachment") out.Attachment = interface_view(call, *record).Attachment;
  else if (attribute == "associatePublicIpAddress") out.AssociatePublicIpAddress = !record->public_ip.empty();
  else return errors::MissingParameter("The request must contain the parameter attribute");
  return out;
}

// ---- ResetNetworkInterfaceAttribute --------------------------------------------------------------

Result<wire::Empty> reset_attribute(Call& call, const ResetNetworkInterfaceAttributeRequest& in) {
  NetworkInterfaceRecord record = *TRY(require_own_interface(call, in.NetworkInterfaceId));
  if (!in.SourceDestCheck) return errors::MissingParameter("The request must contain the parameter sourceDestCheck");
  record.source_dest_check = true;
  call.txn.put(network_interfaces, call.key(in.NetworkInterfaceId), std::move(record));
  return wire::Empty{};
}

void needs_reset_network_interface_attribute(const Call& call, const ResetNetworkInterfaceAttributeRequest& in,
                                             Requirements& needs) {
  need_resource(call, needs, network_interface_kind, in.NetworkInterfaceId);
}

}  // namespace

const api::Operations interface_attributes_operations = {
    op<ops::ModifyNetworkInterfaceAttribute>(modify_interface, on(needs_modify_network_interface_attribute),
        takes("NetworkInterfaceId Description SourceDestCheck Groups Attachment")),
    op<ops::DescribeNetworkInterfaceAttribute>(describe_attribute, on(any_in_region), read_only,
        takes("NetworkInterfaceId Attribute")),
    op<ops::ResetNetworkInterfaceAttribute>(reset_attribute, on(needs_reset_network_interface_attribute),
        takes("NetworkInterfaceId SourceDestCheck")),
};

}  // namespace haar::ec2
