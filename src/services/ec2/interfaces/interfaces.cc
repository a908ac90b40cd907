// DescribeNetworkInterfaces, CreateNetworkInterface, DeleteNetworkInterface, and how interfaces are shown.
//
// rds and elasticache make their interfaces through the internal entry: such a call carries the service in
// called_via, and the interface is then requester-managed and attached to what the service keeps.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/requester-managed-eni.html
#include "services/ec2/interfaces/interfaces.h"

#include <algorithm>

#include "model/ec2/CreateNetworkInterface.h"
#include "model/ec2/DeleteNetworkInterface.h"
#include "model/ec2/DescribeAvailabilityZones.h"
#include "model/ec2/DescribeNetworkInterfaces.h"
#include "model/ec2/service.h"
#include "services/ec2/addresses/addresses.h"
#include "services/ec2/rows.h"

namespace haar::ec2 {
namespace {

using api::Call;
using api::Requirements;

// ---- views and DescribeNetworkInterfaces ---------------------------------------------------------

void add_attachment(const Call& call, const NetworkInterfaceRecord& record, NetworkInterface& view) {
  if (record.attachment_id.empty()) return;
  NetworkInterfaceAttachment attachment;
  attachment.AttachmentId = record.attachment_id;
  attachment.AttachTime = record.attached_at;
  attachment.DeleteOnTermination = record.delete_on_termination;
  attachment.Status = "attached";
  if (record.instance_id.empty()) {
    attachment.DeviceIndex = 1;
    attachment.InstanceOwnerId = record.attachment_owner;
  } else {
    attachment.DeviceIndex = record.device_index;
    attachment.NetworkCardIndex = record.network_card_index;
    attachment.InstanceId = record.instance_id;
    attachment.InstanceOwnerId = call.account().value;
  }
  view.Attachment = std::move(attachment);
}

// An elastic address stands before the one that the instance was launched with.
std::optional<NetworkInterfaceAssociation> association_of(const Call& call, const NetworkInterfaceRecord& record,
                                                          const std::string& private_ip, bool has_dns_names) {
  NetworkInterfaceAssociation association;
  if (const AddressRecord* address = address_of(call.txn, Place(call), record.id, private_ip)) {
    association.AllocationId = address->id;
    association.AssociationId = address->association_id;
    association.IpOwnerId = call.account().value;
    association.PublicIp = address->public_ip;
  } else if (private_ip == record.private_ip && !record.public_ip.empty()) {
    association.IpOwnerId = "amazon";
    association.PublicIp = record.public_ip;
  } else {
    return std::nullopt;
  }
  if (has_dns_names) association.PublicDnsName = public_dns_name(call.region().value, *association.PublicIp);
  return association;
}

void add_addresses(const Call& call, const NetworkInterfaceRecord& record, bool has_dns_names, NetworkInterface& view) {
  const auto add = [&](const std::string& ip, bool primary) {
    NetworkInterfacePrivateIpAddress& address = view.PrivateIpAddresses->emplace_back();
    address.Primary = primary;
    address.PrivateIpAddress = ip;
    if (has_dns_names) address.PrivateDnsName = private_dns_name(call.region().value, ip);
    address.Association = association_of(call, record, ip, has_dns_names);
  };
  view.PrivateIpAddresses.emplace();
  if (!record.private_ip.empty()) add(record.private_ip, true);
  for (const std::string& ip : record.secondary_private_ips) add(ip, false);
  view.Ipv6Addresses.emplace();
  for (const std::string& ip : record.ipv6_addresses) view.Ipv6Addresses->emplace_back().Ipv6Address = ip;
  if (!record.ipv6_addresses.empty()) view.Ipv6Address = record.ipv6_addresses.front();
}

template <auto member>
void own_values(const NetworkInterface& interface, Values& out) { add_value(out, interface.*member); }
template <auto member>
void attachment_values(const NetworkInterface& interface, Values& out) {
  if (interface.Attachment) add_value(out, *interface.Attachment.*member);
}
template <auto member>
void association_values(const NetworkInterface& interface, Values& out) {
  if (interface.Association) add_value(out, *interface.Association.*member);
}
template <auto member>
void group_values(const NetworkInterface& interface, Values& out) {
  for (const GroupIdentifier& group : *interface.Groups) add_value(out, group.*member);
}
template <auto member>
void address_values(const NetworkInterface& interface, Values& out) {
  for (const NetworkInterfacePrivateIpAddress& address : *interface.PrivateIpAddresses) add_value(out, address.*member);
}
template <auto member>
void associations_of_addresses(const NetworkInterface& interface, Values& out) {
  for (const NetworkInterfacePrivateIpAddress& address : *interface.PrivateIpAddresses) {
    if (address.Association) add_value(out, *address.Association.*member);
  }
}
void no_values(const NetworkInterface&, Values&) {}  // of NAT instances, of which EC2 tells nothing

constexpr FilterField<NetworkInterface> interface_filters[] = {
    {"addresses.association.owner-id", associations_of_addresses<&NetworkInterfaceAssociation::IpOwnerId>},
    {"addresses.association.public-ip", associations_of_addresses<&NetworkInterfaceAssociation::PublicIp>},
    {"addresses.primary", address_values<&NetworkInterfacePrivateIpAddress::Primary>},
    {"addresses.private-ip-address", address_values<&NetworkInterfacePrivateIpAddress::PrivateIpAddress>},
    {"association.allocation-id", association_values<&NetworkInterfaceAssociation::AllocationId>},
    {"association.association-id", association_values<&NetworkInterfaceAssociation::AssociationId>},
    {"association.ip-owner-id", association_values<&NetworkInterfaceAssociation::IpOwnerId>},
    {"association.public-dns-name", association_values<&NetworkInterfaceAssociation::PublicDnsName>},
    {"association.public-ip", association_values<&NetworkInterfaceAssociation::PublicIp>},
    {"attachment.attach-time",
     [](const NetworkInterface& interface, Values& out) {
       if (interface.Attachment) out.push_back(format_iso8601_millis(*interface.Attachment->AttachTime));
     }},
    {"attachment.attachment-id", attachment_values<&NetworkInterfaceAttachment::AttachmentId>},
    {"attachment.delete-on-termination", attachment_values<&NetworkInterfaceAttachment::DeleteOnTermination>},
    {"attachment.device-index", attachment_values<&NetworkInterfaceAttachment::DeviceIndex>},
    {"attachment.instance-id", attachment_values<&NetworkInterfaceAttachment::InstanceId>},
    {"attachment.instance-owner-id", attachment_values<&NetworkInterfaceAttachment::InstanceOwnerId>},
    {"attachment.nat-instance-id", no_values},
    {"attachment.status", attachment_values<&NetworkInterfaceAttachment::Status>},
    {"availability-zone", own_values<&NetworkInterface::AvailabilityZone>},
    {"availability-zone-id", own_values<&NetworkInterface::AvailabilityZoneId>},
    {"description", own_values<&NetworkInterface::Description>},
    {"group-id", group_values<&GroupIdentifier::GroupId>},
    {"group-name", group_values<&GroupIdentifier::GroupName>},
    {"interface-type", own_values<&NetworkInterface::InterfaceType>},
    {"ipv6-addresses.ipv6-address",
     [](const NetworkInterface& interface, Values& out) {
       for (const NetworkInterfaceIpv6Address& address : *interface.Ipv6Addresses) add_value(out, address.Ipv6Address);
     }},
    {"mac-address", own_values<&NetworkInterface::MacAddress>},
    {"network-interface-id", own_values<&NetworkInterface::NetworkInterfaceId>},
    {"operator.managed",
     [](const NetworkInterface& interface, Values& out) { add_value(out, interface.Operator->Managed); }},
    {"operator.principal",
     [](const NetworkInterface& interface, Values& out) { add_value(out, interface.Operator->Principal); }},
    {"owner-id", own_values<&NetworkInterface::OwnerId>},
    {"private-dns-name", own_values<&NetworkInterface::PrivateDnsName>},
    {"private-ip-address", own_values<&NetworkInterface::PrivateIpAddress>},
    {"requester-id", own_values<&NetworkInterface::RequesterId>},
    {"requester-managed", own_values<&NetworkInterface::RequesterManaged>},
    {"source-dest-check", own_values<&NetworkInterface::SourceDestCheck>},
    {"status", own_values<&NetworkInterface::Status>},
    {"subnet-id", own_values<&NetworkInterface::SubnetId>},
    {"vpc-id", own_values<&NetworkInterface::VpcId>},
};

constexpr Narrowing<NetworkInterfaceRecord> narrowed_by[] = {
    {"attachment.instance-id", &interfaces_by_instance},
    {"attachment.attachment-id", &interfaces_by_attachment},
    {"group-id", &interfaces_by_group},
    {"subnet-id", &interfaces_by_subnet},
    {"vpc-id", &interfaces_by_vpc},
};
constexpr ResourceListing<NetworkInterfaceRecord, NetworkInterface> listing{
    "DescribeNetworkInterfaces", network_interface_kind, network_interfaces, interface_view, interface_filters, narrowed_by};

Result<DescribeNetworkInterfacesResult> describe_interfaces(Call& call, const DescribeNetworkInterfacesRequest& in) {
  DescribeNetworkInterfacesResult out;
  out.NetworkInterfaces = TRY(list_resources(call, listing, in, in.NetworkInterfaceIds, out.NextToken));
  return out;
}

// ---- CreateNetworkInterface ----------------------------------------------------------------------

// What haar's networks do not have is refused by name, not ignored.
Result<void> check_supported(const CreateNetworkInterfaceRequest& in) {
  const bool prefixes = in.Ipv4PrefixCount.value_or(0) > 0 || in.Ipv4Prefixes || in.Ipv6PrefixCount.value_or(0) > 0 ||
                        in.Ipv6Prefixes;
  if (prefixes) return errors::UnsupportedOperation("Prefixes of network interfaces are not supported.");
  if (in.InterfaceType && *in.InterfaceType != "interface") {
    return errors::UnsupportedOperation("The interface type '" + *in.InterfaceType + "' is not supported.");
  }
  return check_interface_description(in.Description);
}

void set_requester(const Call& call, const CreateNetworkInterfaceRequest& in, NetworkInterfaceRecord& record) {
  const std::string service = requesting_service(call);
  if (service.empty()) {
    record.requester_id = call.caller().user_id();
    return;
  }
  record.requester_id = service;
  record.requester_managed = true;
  record.attachment_id = ec2_id(call.random(), "eni-attach");
  record.attachment_owner = service;
  record.attached_at = call.now();
  if (in.Operator) record.operator_principal = in.Operator->Principal.value_or("");
}

Result<CreateNetworkInterfaceResult> create_interface(Call& call, const CreateNetworkInterfaceRequest& in) {
  TRY(check_id(subnet_kind, in.SubnetId));
  TRY(check_supported(in));
  const Tags tags = TRY(tags_to_create(in.TagSpecifications, network_interface_kind));
  const SubnetRecord* subnet = find_subnet(call.txn, Place(call), in.SubnetId);
  if (subnet == nullptr) return not_found(subnet_kind, in.SubnetId);
  if (in.Operator && requesting_service(call).empty()) {
    return errors::InvalidParameterValue("Only AWS services can specify an operator for a network interface");
  }
  const std::vector<std::string> groups = TRY(groups_for(call, subnet->vpc_id, in.Groups, of_different_networks));
  NetworkInterfaceRecord record = TRY(new_interface(call, *subnet));
  TRY(give_addresses(call, *subnet, wish_of(in), addresses_per_interface_max, record));
  record.tags = tags;
  record.group_ids = groups;
  record.description = in.Description.value_or("");
  set_requester(call, in, record);
  CreateNetworkInterfaceResult out;
  out.NetworkInterface = interface_view(call, record);
  out.ClientToken = in.ClientToken;
  call.txn.put(network_interfaces, call.key(record.id), record);
  return out;
}

void needs_create_network_interface(const Call& call, const CreateNetworkInterfaceRequest& in, Requirements& needs) {
  need_new(call, needs, network_interface_kind).request_tags = requested_tags(in.TagSpecifications);
  need_resource(call, needs, subnet_kind, in.SubnetId);
  for (const std::string& id : in.Groups.value_or(Values{})) need_resource(call, needs, security_group_kind, id);
  need_create_tags(call, needs, network_interface_kind, "CreateNetworkInterface", in.TagSpecifications);
}

// ---- DeleteNetworkInterface ----------------------------------------------------------------------

// An attached interface cannot be deleted, but for the service that attached it: it detaches it so.
Result<wire::Empty> delete_interface(Call& call, const DeleteNetworkInterfaceRequest& in) {
  const NetworkInterfaceRecord* record = TRY(require_interface(call, in.NetworkInterfaceId));
  const bool by_its_service = record->instance_id.empty() && record->attachment_owner == requesting_service(call);
  if (!record->attachment_id.empty() && !by_its_service) {
    return errors::InvalidParameterValue("Network interface '" + record->id + "' is currently in use.");
  }
  unmap_addresses_of(call, record->id);
  call.txn.erase(network_interfaces, call.key(in.NetworkInterfaceId));
  return wire::Empty{};
}

void needs_delete_network_interface(const Call& call, const DeleteNetworkInterfaceRequest& in, Requirements& needs) {
  need_resource(call, needs, network_interface_kind, in.NetworkInterfaceId);
}

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html#amazonec2-resources-for-iam-policies
void add_interface_keys(const Call& call, const NetworkInterfaceRecord& interface, api::Requirement& need) {
  need.key("ec2:AvailabilityZone", interface.zone);
  need.key("ec2:Subnet", arn_of(call, subnet_kind, interface.subnet_id));
  need.key("ec2:Vpc", arn_of(call, vpc_kind, interface.vpc_id));
  if (!interface.operator_principal.empty()) need.key("ec2:ManagedResourceOperator", interface.operator_principal);
}

}  // namespace

NetworkInterface interface_view(const Call& call, const NetworkInterfaceRecord& record) {
  const VpcRecord* vpc = find_vpc(call.txn, Place(call), record.vpc_id);
  const bool has_dns_names = vpc != nullptr && vpc->dns_hostnames;
  NetworkInterface view;
  view.NetworkInterfaceId = record.id;
  view.OwnerId = call.account().value;
  view.VpcId = record.vpc_id;
  view.SubnetId = record.subnet_id;
  view.AvailabilityZone = record.zone;
  view.AvailabilityZoneId = record.zone_id;
  view.Description = record.description;
  view.InterfaceType = record.interface_type;
  view.MacAddress = record.mac_address;
  view.PrivateIpAddress = record.private_ip;
  if (has_dns_names) view.PrivateDnsName = private_dns_name(call.region().value, record.private_ip);
  add_addresses(call, record, has_dns_names, view);
  if (!view.PrivateIpAddresses->empty()) view.Association = view.PrivateIpAddresses->front().Association;
  if (view.Association) view.PublicDnsName = view.Association->PublicDnsName;
  view.Groups = group_views(call, record.group_ids);
  view.RequesterId = record.requester_id;
  view.RequesterManaged = record.requester_managed;
  view.Operator = OperatorResponse{};
  view.Operator->Managed = !record.operator_principal.empty();
  if (!record.operator_principal.empty()) view.Operator->Principal = record.operator_principal;
  view.SourceDestCheck = record.source_dest_check;
  view.Status = record.attachment_id.empty() ? "available" : "in-use";
  view.TagSet = to_wire(record.tags);
  add_attachment(call, record, view);
  return view;
}

std::vector<GroupIdentifier> group_views(const Call& call, const std::vector<std::string>& ids) {
  std::vector<GroupIdentifier> out;
  for (const std::string& id : ids) {
    const SecurityGroupRecord* group = find_security_group(call.txn, Place(call), id);
    out.push_back({.GroupId = id, .GroupName = group == nullptr ? "" : group->name});
  }
  return out;
}

std::string internal_domain(std::string_view region) {
  return region == "us-east-1" ? "ec2.internal" : std::string(region) + ".compute.internal";
}

std::string private_dns_name(std::string_view region, std::string_view private_ip) {
  std::string name = "ip-" + std::string(private_ip);
  std::replace(name.begin(), name.end(), '.', '-');
  return name + "." + internal_domain(region);
}

std::string public_dns_name(std::string_view region, std::string_view public_ip) {
  std::string name = "ec2-" + std::string(public_ip);
  std::replace(name.begin(), name.end(), '.', '-');
  return name + (region == "us-east-1" ? ".compute-1" : "." + std::string(region) + ".compute") + ".amazonaws.com";
}

std::string requesting_service(const Call& call) {
  if (call.origin.called_via.empty()) return {};
  const std::string& service = call.origin.called_via.back();
  return "amazon-" + service.substr(0, service.find('.'));
}

Result<const NetworkInterfaceRecord*> require_interface(const Call& call, const std::string& id) {
  TRY(check_id(network_interface_kind, id));
  const NetworkInterfaceRecord* record = find_network_interface(call.txn, Place(call), id);
  if (record == nullptr) return not_found(network_interface_kind, id);
  return record;
}

Result<const NetworkInterfaceRecord*> require_own_interface(const Call& call, const std::string& id) {
  const NetworkInterfaceRecord* record = TRY(require_interface(call, id));
  if (record->requester_managed && record->requester_id != requesting_service(call)) {
    return errors::OperationNotPermitted("You do not have permission to modify a requester-managed network interface.");
  }
  return record;
}

constinit const ResourceKind network_interface_kind{
    "eni-", "network-interface", "networkInterface ID", "networkInterface IDs",
    errors::InvalidNetworkInterfaceIdMalformed, errors::InvalidNetworkInterfaceIDNotFound,
    api::tagged_records<network_interfaces>, describe_record<network_interfaces, add_interface_keys>, "ec2:NetworkInterfaceID"};

const api::Operations interfaces_operations = {
    op<ops::DescribeNetworkInterfaces>(describe_interfaces, on(any_in_region), read_only,
        takes("NextToken MaxResults NetworkInterfaceIds Filters"),
        without_effect("IncludeManagedResources", "no operator of AWS manages resources here")),
    op<ops::CreateNetworkInterface>(create_interface, on(needs_create_network_interface),
        takes("Ipv4Prefixes Ipv4PrefixCount Ipv6Prefixes Ipv6PrefixCount InterfaceType TagSpecifications "
              "ClientToken Operator SubnetId Description PrivateIpAddress Groups "
              "PrivateIpAddresses SecondaryPrivateIpAddressCount Ipv6Addresses Ipv6AddressCount")),
    op<ops::DeleteNetworkInterface>(delete_interface, on(needs_delete_network_interface),
        takes("NetworkInterfaceId")),
};

}  // namespace haar::ec2
