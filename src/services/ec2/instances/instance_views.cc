#include "services/ec2/instances/instance_views.h"

#include <map>

#include "data/instance_types.h"
#include "model/ec2/service.h"
#include "services/ec2/instances/images.h"
#include "services/ec2/interfaces/interfaces.h"
#include "services/ec2/tagging.h"

namespace haar::ec2 {
namespace {

using api::Call;

InstanceNetworkInterface shown_interface(const NetworkInterface& whole, const NetworkInterfaceRecord& record) {
  InstanceNetworkInterface view;
  const auto association = [](const std::optional<NetworkInterfaceAssociation>& from)
      -> std::optional<InstanceNetworkInterfaceAssociation> {
    if (!from) return std::nullopt;
    InstanceNetworkInterfaceAssociation out;
    out.IpOwnerId = from->IpOwnerId;
    out.PublicDnsName = from->PublicDnsName;
    out.PublicIp = from->PublicIp;
    return out;
  };
  view.Association = association(whole.Association);
  InstanceNetworkInterfaceAttachment& attachment = view.Attachment.emplace();
  attachment.AttachmentId = whole.Attachment->AttachmentId;
  attachment.AttachTime = whole.Attachment->AttachTime;
  attachment.DeleteOnTermination = whole.Attachment->DeleteOnTermination;
  attachment.DeviceIndex = whole.Attachment->DeviceIndex;
  attachment.NetworkCardIndex = whole.Attachment->NetworkCardIndex;
  attachment.Status = whole.Attachment->Status;
  view.Description = whole.Description;
  view.Groups = whole.Groups;
  view.Ipv6Addresses.emplace();
  for (const std::string& address : record.ipv6_addresses) view.Ipv6Addresses->emplace_back().Ipv6Address = address;
  view.MacAddress = whole.MacAddress;
  view.NetworkInterfaceId = whole.NetworkInterfaceId;
  view.OwnerId = whole.OwnerId;
  view.PrivateDnsName = whole.PrivateDnsName;
  view.PrivateIpAddress = whole.PrivateIpAddress;
  view.PrivateIpAddresses.emplace();
  for (const NetworkInterfacePrivateIpAddress& from : *whole.PrivateIpAddresses) {
    InstancePrivateIpAddress& address = view.PrivateIpAddresses->emplace_back();
    address.Association = association(from.Association);
    address.Primary = from.Primary;
    address.PrivateDnsName = from.PrivateDnsName;
    address.PrivateIpAddress = from.PrivateIpAddress;
  }
  view.SourceDestCheck = whole.SourceDestCheck;
  view.Status = whole.Status;
  view.SubnetId = whole.SubnetId;
  view.VpcId = whole.VpcId;
  view.InterfaceType = whole.InterfaceType;
  view.Operator.emplace().Managed = false;
  return view;
}

// A terminated instance has no network any more.
void add_network(const Call& call, const InstanceRecord& record, ShownInstance& view) {
  view.NetworkInterfaces.emplace();
  view.SecurityGroups.emplace();
  view.PrivateDnsName = "";
  view.PublicDnsName = "";
  const auto interfaces = interfaces_of(call.txn, call.key(record.id));
  for (const NetworkInterfaceRecord* interface : interfaces) {
    const NetworkInterface whole = interface_view(call, *interface);
    view.NetworkInterfaces->push_back(shown_interface(whole, *interface));
    for (const NetworkInterfacePrivateIpAddress& address : *whole.PrivateIpAddresses) {
      if (!address.Association || !address.Association->AllocationId) continue;
      view.interface_allocations.push_back(*address.Association->AllocationId);
      view.interface_associations.push_back(*address.Association->AssociationId);
    }
    view.interface_requesters.push_back(interface->requester_id);
    for (const auto& [key, value] : interface->tags) {
      view.interface_tag_keys.push_back(key);
      view.interface_tag_values.push_back(value);
    }
  }
  if (interfaces.empty()) return;
  const NetworkInterfaceRecord& first = *interfaces.front();
  const InstanceNetworkInterface& shown = view.NetworkInterfaces->front();
  view.VpcId = record.vpc_id;
  view.SubnetId = record.subnet_id;
  view.SecurityGroups = group_views(call, first.group_ids);
  view.SourceDestCheck = first.source_dest_check;
  if (!first.private_ip.empty()) view.PrivateIpAddress = first.private_ip;
  view.PrivateDnsName = private_dns_name(call.region().value, record, first.private_ip);
  if (!first.ipv6_addresses.empty()) view.Ipv6Address = first.ipv6_addresses.front();
  if (!shown.Association) return;
  view.PublicIpAddress = shown.Association->PublicIp;
  view.PublicDnsName = shown.Association->PublicDnsName.value_or("");
}

void add_options(const InstanceRecord& record, Instance& view) {
  if (const data::InstanceType* type = data::find_instance_type(record.type)) {
    view.Architecture = type->architectures.words().back();
    CpuOptions& cpu = view.CpuOptions.emplace();
    cpu.CoreCount = type->cores;
    cpu.ThreadsPerCore = type->threads_per_core;
  }
  view.CapacityReservationSpecification.emplace().CapacityReservationPreference = "open";
  view.HibernationOptions.emplace().Configured = false;
  view.EnclaveOptions.emplace().Enabled = false;
  view.MetadataOptions = metadata_view(record.metadata);
  PrivateDnsNameOptionsResponse& names = view.PrivateDnsNameOptions.emplace();
  names.HostnameType = record.hostname_type;
  names.EnableResourceNameDnsARecord = record.resource_name_a_record;
  names.EnableResourceNameDnsAAAARecord = record.resource_name_aaaa_record;
  InstanceMaintenanceOptions& maintenance = view.MaintenanceOptions.emplace();
  maintenance.AutoRecovery = record.auto_recovery;
  maintenance.RebootMigration = "default";
  view.Operator.emplace().Managed = false;
}

}  // namespace

InstanceState state_view(std::string_view state) {
  InstanceState view;
  view.Code = state_code(state);
  view.Name = std::string(state);
  return view;
}

InstanceMetadataOptionsResponse metadata_view(const MetadataOptionsRecord& options) {
  const auto enabled = [](bool yes) { return std::string(yes ? "enabled" : "disabled"); };
  InstanceMetadataOptionsResponse view;
  view.State = "applied";
  view.HttpTokens = options.tokens_required ? "required" : "optional";
  view.HttpPutResponseHopLimit = options.hop_limit;
  view.HttpEndpoint = enabled(options.enabled);
  view.HttpProtocolIpv6 = enabled(options.ipv6);
  view.InstanceMetadataTags = enabled(options.tags);
  return view;
}

ShownInstance instance_view(const Call& call, const InstanceRecord& record) {
  ShownInstance view;
  view.reservation_id = record.reservation_id;
  view.owner_id = call.account().value;
  view.InstanceId = record.id;
  view.ImageId = record.image_id;
  view.InstanceType = record.type;
  if (!record.key_name.empty()) view.KeyName = record.key_name;
  view.State = state_view(state_in(call, record));
  view.StateTransitionReason = record.transition_reason;
  if (!record.state_reason_code.empty())
    view.StateReason = StateReason{.Code = record.state_reason_code, .Message = record.state_reason_message};
  view.LaunchTime = record.launched_at;
  view.UsageOperationUpdateTime = record.launched_at;
  view.AmiLaunchIndex = record.launch_index;
  view.ClientToken = record.client_token;
  Placement& placement = view.Placement.emplace();
  placement.AvailabilityZone = record.zone;
  if (!record.zone_id.empty()) placement.AvailabilityZoneId = record.zone_id;
  placement.GroupName = "";
  placement.Tenancy = record.tenancy;
  view.Monitoring.emplace().State = record.monitoring ? "enabled" : "disabled";
  if (!record.profile_arn.empty()) {
    IamInstanceProfile& profile = view.IamInstanceProfile.emplace();
    profile.Arn = record.profile_arn;
    profile.Id = record.profile_id;
  }
  view.BlockDeviceMappings.emplace();  // nothing was attached
  view.ProductCodes.emplace();
  view.EbsOptimized = record.ebs_optimized;
  view.EnaSupport = true;
  view.Hypervisor = "xen";  // what AWS says of all but bare metal
  view.VirtualizationType = "hvm";
  view.PlatformDetails = "Linux/UNIX";
  view.UsageOperation = "RunInstances";
  view.RootDeviceName = root_device_name;
  view.RootDeviceType = "ebs";
  view.Tags = to_wire(record.tags);
  add_options(record, view);
  add_network(call, record, view);
  return view;
}

std::vector<Reservation> reservations_of(std::vector<ShownInstance> shown) {
  std::vector<Reservation> out;
  std::map<std::string, std::size_t> places;
  for (ShownInstance& instance : shown) {
    const auto [place, is_new] = places.try_emplace(instance.reservation_id, out.size());
    if (is_new) {
      Reservation& reservation = out.emplace_back();
      reservation.ReservationId = instance.reservation_id;
      reservation.OwnerId = instance.owner_id;
      reservation.Groups.emplace();  // of EC2-Classic
      reservation.Instances.emplace();
    }
    out[place->second].Instances->push_back(std::move(instance));
  }
  return out;
}

Result<const InstanceRecord*> require_instance(const Call& call, const std::string& id) {
  TRY(check_id(instance_kind, id));
  const InstanceRecord* record = call.txn.get(instances, call.key(id));
  if (record == nullptr) return not_found(instance_kind, id);
  return record;
}

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
void add_instance_keys(const InstanceRecord& record, api::Requirement& need) {
  const auto enabled = [](bool yes) { return std::string(yes ? "enabled" : "disabled"); };
  need.key("ec2:AvailabilityZone", record.zone);
  if (!record.zone_id.empty()) need.key("ec2:AvailabilityZoneId", record.zone_id);
  need.key("ec2:EbsOptimized", record.ebs_optimized ? "true" : "false");
  need.key("ec2:InstanceAutoRecovery", record.auto_recovery);
  need.key("ec2:InstanceMarketType", "on-demand");
  need.key("ec2:InstanceMetadataTags", enabled(record.metadata.tags));
  if (!record.profile_arn.empty()) need.key("ec2:InstanceProfile", record.profile_arn);
  need.key("ec2:InstanceType", record.type);
  need.key("ec2:MetadataHttpEndpoint", enabled(record.metadata.enabled));
  need.key("ec2:MetadataHttpPutResponseHopLimit", std::to_string(record.metadata.hop_limit));
  need.key("ec2:MetadataHttpTokens", record.metadata.tokens_required ? "required" : "optional");
  need.key("ec2:RootDeviceType", "ebs");
  need.key("ec2:Tenancy", record.tenancy);
}

}  // namespace haar::ec2
