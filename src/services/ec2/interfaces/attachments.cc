// AttachNetworkInterface, DetachNetworkInterface.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/network-interface-attachments.html
#include <algorithm>

#include "data/instance_types.h"
#include "model/ec2/AttachNetworkInterface.h"
#include "model/ec2/DetachNetworkInterface.h"
#include "model/ec2/service.h"
#include "services/ec2/instances/instances.h"
#include "services/ec2/interfaces/interfaces.h"
#include "services/ec2/rows.h"

namespace haar::ec2 {
namespace {

using api::Call;
using api::Requirements;

Result<void> check_device(const Call& call, const InstanceRecord& instance, const AttachNetworkInterfaceRequest& in) {
  const auto attached = interfaces_of(call.txn, call.key(instance.id));
  const std::string index = std::to_string(in.DeviceIndex);
  if (std::ranges::any_of(attached, [&](const auto* it) { return it->device_index == in.DeviceIndex; })) {
    return errors::InvalidParameterValue("Instance '" + instance.id + "' already has an interface attached at device index '" +
                                         index + "'.");
  }
  const data::InstanceType* type = data::find_instance_type(instance.type);
  if (type != nullptr && attached.size() >= type->interfaces) {
    return errors::AttachmentLimitExceeded("Interface count " + std::to_string(attached.size() + 1) + " exceeds the limit for " +
                                           instance.type);
  }
  return {};
}

Result<AttachNetworkInterfaceResult> attach_interface(Call& call, const AttachNetworkInterfaceRequest& in) {
  TRY(check_id(instance_kind, in.InstanceId));
  NetworkInterfaceRecord record = *TRY(require_own_interface(call, in.NetworkInterfaceId));
  const InstanceRecord* instance = call.txn.get(instances, call.key(in.InstanceId));
  if (instance == nullptr) return not_found(instance_kind, in.InstanceId);
  if (!record.attachment_id.empty())
    return errors::InvalidNetworkInterfaceInUse("Interface: [" + record.id + "] in use.");
  const std::string_view state = state_of(call.txn, call.key(instance->id), *instance);
  if (state != instance_state::running && state != instance_state::stopped)
    return errors::IncorrectState("Instance '" + instance->id + "' is not 'running' or 'stopped'.");
  if (record.zone != instance->zone) {
    return errors::InvalidParameterCombination(
        "You may not attach a network interface to an instance if they are not in the same availability zone");
  }
  if (in.NetworkCardIndex.value_or(0) != 0) {
    return errors::InvalidParameterValue("The network card index '" + std::to_string(*in.NetworkCardIndex) +
                                         "' is not valid: the instance has one network card.");
  }
  TRY(check_device(call, *instance, in));
  attach(record, call, instance->id, in.DeviceIndex, false);
  AttachNetworkInterfaceResult out;
  out.AttachmentId = record.attachment_id;
  out.NetworkCardIndex = 0;
  call.txn.put(network_interfaces, call.key(in.NetworkInterfaceId), std::move(record));
  return out;
}

void needs_attach_network_interface(const Call& call, const AttachNetworkInterfaceRequest& in, Requirements& needs) {
  need_resource(call, needs, instance_kind, in.InstanceId);
  need_resource(call, needs, network_interface_kind, in.NetworkInterfaceId);
}

const NetworkInterfaceRecord* attached_as(const Call& call, std::string_view attachment_id) {
  const store::Key term = store::join(call.account(), call.region(), attachment_id);
  const auto found = call.txn.find(network_interfaces, interfaces_by_attachment, term).first();
  return found ? &found->record : nullptr;
}

Result<wire::Empty> detach_interface(Call& call, const DetachNetworkInterfaceRequest& in) {
  const NetworkInterfaceRecord* found = attached_as(call, in.AttachmentId);
  if (found == nullptr)
    return errors::InvalidAttachmentIDNotFound("The attachment ID '" + in.AttachmentId + "' does not exist");
  if (found->instance_id.empty()) {
    const std::string kind = found->attachment_id.substr(0, found->attachment_id.rfind('-'));
    return errors::OperationNotPermitted("You are not allowed to manage '" + kind + "' attachments.");
  }
  if (found->device_index == 0)
    return errors::OperationNotPermitted("The network interface at device index 0 cannot be detached.");
  NetworkInterfaceRecord record = *found;
  detach(record);
  const store::Key key = call.key(record.id);
  call.txn.put(network_interfaces, key, std::move(record));
  return wire::Empty{};
}

void needs_detach_network_interface(const Call& call, const DetachNetworkInterfaceRequest& in, Requirements& needs) {
  const NetworkInterfaceRecord* found = attached_as(call, in.AttachmentId);
  if (found == nullptr) {
    need_new(call, needs, network_interface_kind);
    return;
  }
  need_resource(call, needs, network_interface_kind, found->id);
  if (!found->instance_id.empty()) need_resource(call, needs, instance_kind, found->instance_id);
}

}  // namespace

void attach(NetworkInterfaceRecord& record, const Call& call, const std::string& instance_id, std::int32_t device_index,
            bool delete_on_termination) {
  record.attachment_id = ec2_id(call.random(), "eni-attach");
  record.attached_at = call.now();
  record.instance_id = instance_id;
  record.device_index = device_index;
  record.delete_on_termination = delete_on_termination;
}

void detach(NetworkInterfaceRecord& record) {
  record.attachment_id.clear();
  record.instance_id.clear();
  record.attached_at = {};
  record.device_index = 0;
  record.delete_on_termination = false;
  record.public_ip.clear();  // what came with the instance goes with it
  record.host_address.clear();
}

const api::Operations interface_attachments_operations = {
    op<ops::AttachNetworkInterface>(attach_interface, on(needs_attach_network_interface),
        takes("NetworkCardIndex NetworkInterfaceId InstanceId DeviceIndex")),
    op<ops::DetachNetworkInterface>(detach_interface, on(needs_detach_network_interface), takes("AttachmentId"),
        without_effect("Force", "a detachment here never hangs")),
};

}  // namespace haar::ec2
