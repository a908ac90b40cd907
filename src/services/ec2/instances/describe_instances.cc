// DescribeInstances.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html
#include "model/ec2/DescribeInstances.h"

#include <algorithm>

#include "model/ec2/service.h"
#include "services/ec2/instances/instance_views.h"
#include "services/ec2/rows.h"

namespace haar::ec2 {
namespace {

using api::Call;
using Shown = ShownInstance;
using Interface = InstanceNetworkInterface;
using Address = InstancePrivateIpAddress;
using Association = InstanceNetworkInterfaceAssociation;

void none(const Shown&, Values&) {}  // of what no instance has here: disks, hosts, Spot requests, prefixes, products

template <auto member>
void own(const Shown& it, Values& out) { add_value(out, it.*member); }
template <auto member>
void all(const Shown& it, Values& out) { out = it.*member; }
template <auto member>
void time(const Shown& it, Values& out) { out.push_back(format_iso8601_millis(*(it.*member))); }
template <auto part, auto member>
void in_part(const Shown& it, Values& out) {
  if (it.*part) add_value(out, *(it.*part).*member);
}
template <auto member>
void groups(const Shown& it, Values& out) {
  for (const GroupIdentifier& group : *it.SecurityGroups) add_value(out, group.*member);
}
template <auto member>
void interfaces(const Shown& it, Values& out) {
  for (const Interface& interface : *it.NetworkInterfaces) add_value(out, interface.*member);
}
template <auto part, auto member>
void in_interfaces(const Shown& it, Values& out) {
  for (const Interface& interface : *it.NetworkInterfaces) {
    if (interface.*part) add_value(out, *(interface.*part).*member);
  }
}
template <auto list, auto member>
void lists_of_interfaces(const Shown& it, Values& out) {
  for (const Interface& interface : *it.NetworkInterfaces) {
    for (const auto& item : *(interface.*list)) add_value(out, item.*member);
  }
}
template <auto member>
void associations_of_addresses(const Shown& it, Values& out) {
  for (const Interface& interface : *it.NetworkInterfaces) {
    for (const Address& address : *interface.PrivateIpAddresses) {
      if (address.Association) add_value(out, *address.Association.*member);
    }
  }
}
// Of each interface what the instance has itself.
template <auto member>
void own_of_interfaces(const Shown& it, Values& out) {
  if (!it.NetworkInterfaces->empty()) add_value(out, it.*member);
}

constexpr FilterField<Shown> instance_filters[] = {
    {"affinity", none},
    {"architecture", own<&Shown::Architecture>},
    {"availability-zone", in_part<&Shown::Placement, &Placement::AvailabilityZone>},
    {"availability-zone-id", in_part<&Shown::Placement, &Placement::AvailabilityZoneId>},
    {"block-device-mapping.attach-time", none},
    {"block-device-mapping.delete-on-termination", none},
    {"block-device-mapping.device-name", none},
    {"block-device-mapping.status", none},
    {"block-device-mapping.volume-id", none},
    {"boot-mode", own<&Shown::BootMode>},
    {"capacity-reservation-id", none},
    {"capacity-reservation-specification.capacity-reservation-preference",
     in_part<&Shown::CapacityReservationSpecification,
             &CapacityReservationSpecificationResponse::CapacityReservationPreference>},
    {"capacity-reservation-specification.capacity-reservation-target.capacity-reservation-id", none},
    {"capacity-reservation-specification.capacity-reservation-target.capacity-reservation-resource-group-arn", none},
    {"client-token", own<&Shown::ClientToken>},
    {"current-instance-boot-mode", own<&Shown::CurrentInstanceBootMode>},
    {"dns-name", own<&Shown::PublicDnsName>},
    {"ebs-optimized", own<&Shown::EbsOptimized>},
    {"ena-support", own<&Shown::EnaSupport>},
    {"enclave-options.enabled", in_part<&Shown::EnclaveOptions, &EnclaveOptions::Enabled>},
    {"hibernation-options.configured", in_part<&Shown::HibernationOptions, &HibernationOptions::Configured>},
    {"host-id", none},
    {"hypervisor", own<&Shown::Hypervisor>},
    {"iam-instance-profile.arn", in_part<&Shown::IamInstanceProfile, &IamInstanceProfile::Arn>},
    {"iam-instance-profile.id", in_part<&Shown::IamInstanceProfile, &IamInstanceProfile::Id>},
    {"iam-instance-profile.name",
     [](const Shown& it, Values& out) {
       if (it.IamInstanceProfile) out.push_back(it.IamInstanceProfile->Arn->substr(it.IamInstanceProfile->Arn->rfind('/') + 1));
     }},
    {"image-id", own<&Shown::ImageId>},
    {"instance-id", own<&Shown::InstanceId>},
    {"instance-lifecycle", none},
    {"instance-state-code", in_part<&Shown::State, &InstanceState::Code>},
    {"instance-state-name", in_part<&Shown::State, &InstanceState::Name>},
    {"instance-type", own<&Shown::InstanceType>},
    {"instance.group-id", groups<&GroupIdentifier::GroupId>},
    {"instance.group-name", groups<&GroupIdentifier::GroupName>},
    {"ip-address", own<&Shown::PublicIpAddress>},
    {"ipv6-address", lists_of_interfaces<&Interface::Ipv6Addresses, &InstanceIpv6Address::Ipv6Address>},
    {"kernel-id", none},
    {"key-name", own<&Shown::KeyName>},
    {"launch-index", own<&Shown::AmiLaunchIndex>},
    {"launch-time", time<&Shown::LaunchTime>},
    {"maintenance-options.auto-recovery", in_part<&Shown::MaintenanceOptions, &InstanceMaintenanceOptions::AutoRecovery>},
    {"metadata-options.http-endpoint", in_part<&Shown::MetadataOptions, &InstanceMetadataOptionsResponse::HttpEndpoint>},
    {"metadata-options.http-protocol-ipv4", [](const Shown&, Values& out) { out.emplace_back("enabled"); }},
    {"metadata-options.http-protocol-ipv6",
     in_part<&Shown::MetadataOptions, &InstanceMetadataOptionsResponse::HttpProtocolIpv6>},
    {"metadata-options.http-put-response-hop-limit",
     in_part<&Shown::MetadataOptions, &InstanceMetadataOptionsResponse::HttpPutResponseHopLimit>},
    {"metadata-options.http-tokens", in_part<&Shown::MetadataOptions, &InstanceMetadataOptionsResponse::HttpTokens>},
    {"metadata-options.instance-metadata-tags",
     in_part<&Shown::MetadataOptions, &InstanceMetadataOptionsResponse::InstanceMetadataTags>},
    {"metadata-options.state", in_part<&Shown::MetadataOptions, &InstanceMetadataOptionsResponse::State>},
    {"monitoring-state", in_part<&Shown::Monitoring, &Monitoring::State>},
    {"network-interface.addresses.association.allocation-id", all<&Shown::interface_allocations>},
    {"network-interface.addresses.association.association-id", all<&Shown::interface_associations>},
    {"network-interface.addresses.association.carrier-ip", none},
    {"network-interface.addresses.association.customer-owned-ip", none},
    {"network-interface.addresses.association.ip-owner-id", associations_of_addresses<&Association::IpOwnerId>},
    {"network-interface.addresses.association.public-dns-name", associations_of_addresses<&Association::PublicDnsName>},
    {"network-interface.addresses.association.public-ip", associations_of_addresses<&Association::PublicIp>},
    {"network-interface.addresses.primary", lists_of_interfaces<&Interface::PrivateIpAddresses, &Address::Primary>},
    {"network-interface.addresses.private-dns-name",
     lists_of_interfaces<&Interface::PrivateIpAddresses, &Address::PrivateDnsName>},
    {"network-interface.addresses.private-ip-address",
     lists_of_interfaces<&Interface::PrivateIpAddresses, &Address::PrivateIpAddress>},
    {"network-interface.association.allocation-id", all<&Shown::interface_allocations>},
    {"network-interface.association.association-id", all<&Shown::interface_associations>},
    {"network-interface.association.carrier-ip", none},
    {"network-interface.association.customer-owned-ip", none},
    {"network-interface.association.ip-owner-id", in_interfaces<&Interface::Association, &Association::IpOwnerId>},
    {"network-interface.association.public-dns-name", in_interfaces<&Interface::Association, &Association::PublicDnsName>},
    {"network-interface.association.public-ip", in_interfaces<&Interface::Association, &Association::PublicIp>},
    {"network-interface.attachment.attach-time",
     [](const Shown& it, Values& out) {
       for (const Interface& interface : *it.NetworkInterfaces)
         out.push_back(format_iso8601_millis(*interface.Attachment->AttachTime));
     }},
    {"network-interface.attachment.attachment-id",
     in_interfaces<&Interface::Attachment, &InstanceNetworkInterfaceAttachment::AttachmentId>},
    {"network-interface.attachment.delete-on-termination",
     in_interfaces<&Interface::Attachment, &InstanceNetworkInterfaceAttachment::DeleteOnTermination>},
    {"network-interface.attachment.device-index",
     in_interfaces<&Interface::Attachment, &InstanceNetworkInterfaceAttachment::DeviceIndex>},
    {"network-interface.attachment.instance-id", own_of_interfaces<&Shown::InstanceId>},
    {"network-interface.attachment.instance-owner-id", own_of_interfaces<&Shown::owner_id>},
    {"network-interface.attachment.network-card-index",
     in_interfaces<&Interface::Attachment, &InstanceNetworkInterfaceAttachment::NetworkCardIndex>},
    {"network-interface.attachment.status", in_interfaces<&Interface::Attachment, &InstanceNetworkInterfaceAttachment::Status>},
    {"network-interface.availability-zone",
     [](const Shown& it, Values& out) {
       if (!it.NetworkInterfaces->empty()) add_value(out, it.Placement->AvailabilityZone);
     }},
    {"network-interface.deny-all-igw-traffic", none},
    {"network-interface.description", interfaces<&Interface::Description>},
    {"network-interface.group-id", lists_of_interfaces<&Interface::Groups, &GroupIdentifier::GroupId>},
    {"network-interface.group-name", lists_of_interfaces<&Interface::Groups, &GroupIdentifier::GroupName>},
    {"network-interface.ipv4-prefixes.ipv4-prefix", none},
    {"network-interface.ipv6-address", lists_of_interfaces<&Interface::Ipv6Addresses, &InstanceIpv6Address::Ipv6Address>},
    {"network-interface.ipv6-addresses.ipv6-address",
     lists_of_interfaces<&Interface::Ipv6Addresses, &InstanceIpv6Address::Ipv6Address>},
    {"network-interface.ipv6-addresses.is-primary-ipv6", none},
    {"network-interface.ipv6-native", none},
    {"network-interface.ipv6-prefixes.ipv6-prefix", none},
    {"network-interface.mac-address", interfaces<&Interface::MacAddress>},
    {"network-interface.network-interface-id", interfaces<&Interface::NetworkInterfaceId>},
    {"network-interface.operator.managed", in_interfaces<&Interface::Operator, &OperatorResponse::Managed>},
    {"network-interface.operator.principal", none},
    {"network-interface.outpost-arn", none},
    {"network-interface.owner-id", interfaces<&Interface::OwnerId>},
    {"network-interface.private-dns-name", interfaces<&Interface::PrivateDnsName>},
    {"network-interface.private-ip-address", interfaces<&Interface::PrivateIpAddress>},
    {"network-interface.public-dns-name", in_interfaces<&Interface::Association, &Association::PublicDnsName>},
    {"network-interface.requester-id", all<&Shown::interface_requesters>},
    {"network-interface.requester-managed",
     [](const Shown& it, Values& out) { out.resize(it.NetworkInterfaces->size(), "false"); }},
    {"network-interface.source-dest-check", interfaces<&Interface::SourceDestCheck>},
    {"network-interface.status", interfaces<&Interface::Status>},
    {"network-interface.subnet-id", interfaces<&Interface::SubnetId>},
    {"network-interface.tag-key", all<&Shown::interface_tag_keys>},
    {"network-interface.tag-value", all<&Shown::interface_tag_values>},
    {"network-interface.vpc-id", interfaces<&Interface::VpcId>},
    {"network-performance-options.bandwidth-weighting", none},
    {"operator.managed", in_part<&Shown::Operator, &OperatorResponse::Managed>},
    {"operator.principal", none},
    {"outpost-arn", none},
    {"owner-id", own<&Shown::owner_id>},
    {"placement-group-name", none},
    {"placement-partition-number", none},
    {"platform", none},
    {"platform-details", own<&Shown::PlatformDetails>},
    {"private-dns-name", own<&Shown::PrivateDnsName>},
    {"private-dns-name-options.enable-resource-name-dns-a-record",
     in_part<&Shown::PrivateDnsNameOptions, &PrivateDnsNameOptionsResponse::EnableResourceNameDnsARecord>},
    {"private-dns-name-options.enable-resource-name-dns-aaaa-record",
     in_part<&Shown::PrivateDnsNameOptions, &PrivateDnsNameOptionsResponse::EnableResourceNameDnsAAAARecord>},
    {"private-dns-name-options.hostname-type",
     in_part<&Shown::PrivateDnsNameOptions, &PrivateDnsNameOptionsResponse::HostnameType>},
    {"private-ip-address", own<&Shown::PrivateIpAddress>},
    {"product-code", none},
    {"product-code.type", none},
    {"ramdisk-id", none},
    {"reason", own<&Shown::StateTransitionReason>},
    {"requester-id", none},
    {"reservation-id", own<&Shown::reservation_id>},
    {"root-device-name", own<&Shown::RootDeviceName>},
    {"root-device-type", own<&Shown::RootDeviceType>},
    {"source-dest-check", own<&Shown::SourceDestCheck>},
    {"spot-instance-request-id", none},
    {"state-reason-code", in_part<&Shown::StateReason, &StateReason::Code>},
    {"state-reason-message", in_part<&Shown::StateReason, &StateReason::Message>},
    {"subnet-id", own<&Shown::SubnetId>},
    {"tenancy", in_part<&Shown::Placement, &Placement::Tenancy>},
    {"tpm-support", none},
    {"usage-operation", own<&Shown::UsageOperation>},
    {"usage-operation-update-time", time<&Shown::UsageOperationUpdateTime>},
    {"virtualization-type", own<&Shown::VirtualizationType>},
    {"vpc-id", own<&Shown::VpcId>},
};

constexpr Narrowing<InstanceRecord> narrowed_by[] = {
    {"subnet-id", &instances_by_subnet},
    {"vpc-id", &instances_by_vpc},
    {"client-token", &instances_by_client_token},
};
constexpr ResourceListing<InstanceRecord, Shown> listing{"DescribeInstances", instance_kind,    instances,
                                                         instance_view,       instance_filters, narrowed_by};

Result<DescribeInstancesResult> describe_instances(Call& call, const DescribeInstancesRequest& in) {
  if (in.MaxResults && in.InstanceIds && !in.InstanceIds->empty()) {
    return errors::InvalidParameterCombination("The parameter instancesSet cannot be used with the parameter maxResults");
  }
  DescribeInstancesResult out;
  out.Reservations = reservations_of(TRY(list_resources(call, listing, in, in.InstanceIds, out.NextToken)));
  return out;
}

bool is_over(std::string_view state) {
  return state == instance_state::running || state == instance_state::stopped || state == instance_state::terminated;
}

// Who asks for instances that are on their way, and has all on one page, may wait for them to get there.
api::AwaitedKeys in_transition(const Call& call, const DescribeInstancesResult& out) {
  api::AwaitedKeys keys;
  for (const Reservation& reservation : *out.Reservations) {
    for (const Instance& instance : *reservation.Instances) {
      if (!is_over(*instance.State->Name)) keys.push_back(call.key(*instance.InstanceId));
    }
  }
  return keys;
}

void add_keys(const Call&, const InstanceRecord& record, api::Requirement& need) { add_instance_keys(record, need); }

}  // namespace

constinit const ResourceKind instance_kind{
    "i-", "instance", "instance ID", "instance IDs", errors::InvalidInstanceIDMalformed, errors::InvalidInstanceIDNotFound,
    api::tagged_records<instances>, describe_record<instances, add_keys>, "ec2:InstanceID"};

const api::Operations instances_operations = {
    op<ops::DescribeInstances>(describe_instances, on(any_in_region), read_only, api::in_transition(in_transition),
        takes("InstanceIds Filters NextToken MaxResults"),
        without_effect("IncludeManagedResources", "no operator of AWS manages resources here")),
};

}  // namespace haar::ec2
