// DescribeNetworkInterfaces, CreateNetworkInterface, ModifyNetworkInterfaceAttribute, DeleteNetworkInterface.
//
// rds and elasticache make their interfaces through the internal entry: such a call carries the service in
// called_via, and the interface is then requester-managed and attached to what the service keeps.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/requester-managed-eni.html
#include <algorithm>
#include <array>
#include <set>

#include "base/encoding.h"
#include "base/ip_address.h"
#include "model/ec2/CreateNetworkInterface.h"
#include "model/ec2/DeleteNetworkInterface.h"
#include "model/ec2/DescribeAvailabilityZones.h"
#include "model/ec2/DescribeNetworkInterfaces.h"
#include "model/ec2/ModifyNetworkInterfaceAttribute.h"
#include "model/ec2/service.h"
#include "services/ec2/interfaces/service_interfaces.h"
#include "services/ec2/rows.h"

namespace haar::ec2 {
namespace {

using api::Call;
using api::Requirements;

constexpr std::size_t description_max = 255;

// "rds.amazonaws.com" asks as "amazon-rds"; empty: nobody but the caller asks.
std::string requesting_service(const Call& call) {
  if (call.origin.called_via.empty()) return {};
  const std::string& service = call.origin.called_via.back();
  return "amazon-" + service.substr(0, service.find('.'));
}

// ---- views and DescribeNetworkInterfaces ---------------------------------------------------------

std::string private_dns_name(const Call& call, const std::string& address) {
  std::string name = "ip-" + address;
  std::replace(name.begin(), name.end(), '.', '-');
  return name + (call.region().value == "us-east-1" ? ".ec2.internal" : "." + call.region().value + ".compute.internal");
}

void add_attachment(const NetworkInterfaceRecord& record, NetworkInterface& view) {
  if (record.attachment_id.empty()) return;
  NetworkInterfaceAttachment attachment;
  attachment.AttachmentId = record.attachment_id;
  attachment.AttachTime = record.attached_at;
  attachment.DeleteOnTermination = false;
  attachment.DeviceIndex = 1;
  attachment.InstanceOwnerId = record.attachment_owner;
  attachment.Status = "attached";
  view.Attachment = std::move(attachment);
}

NetworkInterface interface_view(const Call& call, const NetworkInterfaceRecord& record) {
  const VpcRecord* vpc = find_vpc(call.txn, Place(call), record.vpc_id);
  const bool has_dns_name = vpc != nullptr && vpc->dns_hostnames;
  NetworkInterface view;
  view.NetworkInterfaceId = record.id;
  view.OwnerId = call.account().value;
  view.VpcId = record.vpc_id;
  view.SubnetId = record.subnet_id;
  view.AvailabilityZone = record.zone;
  view.AvailabilityZoneId = record.zone_id;
  view.Description = record.description;
  view.InterfaceType = "interface";
  view.MacAddress = record.mac_address;
  view.PrivateIpAddress = record.private_ip;
  if (has_dns_name) view.PrivateDnsName = private_dns_name(call, record.private_ip);
  NetworkInterfacePrivateIpAddress address;
  address.Primary = true;
  address.PrivateIpAddress = record.private_ip;
  address.PrivateDnsName = view.PrivateDnsName;
  view.PrivateIpAddresses.emplace().push_back(std::move(address));
  view.Ipv6Addresses.emplace();
  view.Groups.emplace();
  for (const std::string& id : record.group_ids) {
    const SecurityGroupRecord* group = find_security_group(call.txn, Place(call), id);
    view.Groups->push_back({.GroupId = id, .GroupName = group == nullptr ? "" : group->name});
  }
  view.RequesterId = record.requester_id;
  view.RequesterManaged = record.requester_managed;
  view.Operator = OperatorResponse{};
  view.Operator->Managed = !record.operator_principal.empty();
  if (!record.operator_principal.empty()) view.Operator->Principal = record.operator_principal;
  view.SourceDestCheck = record.source_dest_check;
  view.Status = record.attachment_id.empty() ? "available" : "in-use";
  view.TagSet = to_wire(record.tags);
  add_attachment(record, view);
  return view;
}

template <auto member>
void own_values(const NetworkInterface& interface, Values& out) { add_value(out, interface.*member); }
template <auto member>
void attachment_values(const NetworkInterface& interface, Values& out) {
  if (interface.Attachment) add_value(out, *interface.Attachment.*member);
}
template <auto member>
void group_values(const NetworkInterface& interface, Values& out) {
  for (const GroupIdentifier& group : *interface.Groups) add_value(out, group.*member);
}
template <auto member>
void address_values(const NetworkInterface& interface, Values& out) {
  for (const NetworkInterfacePrivateIpAddress& address : *interface.PrivateIpAddresses) add_value(out, address.*member);
}
void no_values(const NetworkInterface&, Values&) {}  // Elastic IP and IPv6 addresses, instances: none here

constexpr FilterField<NetworkInterface> interface_filters[] = {
    {"addresses.association.owner-id", no_values},
    {"addresses.association.public-ip", no_values},
    {"addresses.primary", address_values<&NetworkInterfacePrivateIpAddress::Primary>},
    {"addresses.private-ip-address", address_values<&NetworkInterfacePrivateIpAddress::PrivateIpAddress>},
    {"association.allocation-id", no_values},
    {"association.association-id", no_values},
    {"association.ip-owner-id", no_values},
    {"association.public-dns-name", no_values},
    {"association.public-ip", no_values},
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
    {"ipv6-addresses.ipv6-address", no_values},
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

// Without groups, an interface gets the VPC's default one.
Result<std::vector<std::string>> groups_for(const Call& call, const std::string& vpc_id,
                                            const std::optional<std::vector<std::string>>& wanted) {
  const Place place(call);
  if (!wanted || wanted->empty()) {
    const SecurityGroupRecord* group = default_security_group(call.txn, place, vpc_id);
    if (group == nullptr) return errors::InvalidGroupNotFound("The security group 'default' does not exist");
    return std::vector{group->id};
  }
  std::vector<std::string> groups;
  for (const std::string& id : *wanted) {
    TRY(check_id(security_group_kind, id));
    const SecurityGroupRecord* group = find_security_group(call.txn, place, id);
    if (group == nullptr) return errors::InvalidSecurityGroupIDNotFound("The securityGroup ID '" + id + "' does not exist");
    if (group->vpc_id != vpc_id) {
      return errors::InvalidGroupNotFound("You have specified two resources that belong to different networks.");
    }
    if (std::find(groups.begin(), groups.end(), id) == groups.end()) groups.push_back(id);
  }
  if (groups.size() > groups_per_interface.value()) {
    return errors::SecurityGroupsPerInterfaceLimitExceeded(
        "The maximum number of security groups per interface has been reached.");
  }
  return groups;
}

Result<std::string> address_for(const Call& call, const SubnetRecord& subnet, const CreateNetworkInterfaceRequest& in) {
  const Place place(call);
  std::optional<std::string> wanted = in.PrivateIpAddress;
  if (in.PrivateIpAddresses && !in.PrivateIpAddresses->empty()) {
    if (in.PrivateIpAddresses->size() > 1) {
      return errors::UnsupportedOperation("Secondary private IP addresses are not supported.");
    }
    if (wanted && wanted != in.PrivateIpAddresses->front().PrivateIpAddress) {
      return errors::InvalidParameterCombination(
          "The parameter privateIpAddress cannot be used with the parameter privateIpAddresses");
    }
    wanted = in.PrivateIpAddresses->front().PrivateIpAddress;
  }
  if (!wanted || wanted->empty()) {
    std::optional<std::string> found = free_private_ip(call.txn, place, subnet, call.random());
    if (found) return *std::move(found);
    return errors::InsufficientFreeAddressesInSubnet("The specified subnet does not have enough free addresses to "
                                                     "satisfy the request.");
  }
  const std::optional<IpAddress> parsed = IpAddress::parse(*wanted);
  if (!parsed || parsed->v6) return errors::InvalidParameterValue("invalid value for parameter address: " + *wanted);
  const std::optional<Cidr> block = Cidr::parse_block(subnet.cidr);
  if (!block || !block->contains(*parsed)) {
    return errors::InvalidParameterValue("Address does not fall within the subnet's address range");
  }
  if (!is_assignable(subnet, *wanted)) return errors::InvalidParameterValue("Address is in subnet's reserved address range");
  if (is_private_ip_used(call.txn, place, subnet, *wanted)) {
    return errors::InvalidIPAddressInUse("Address " + *wanted + " is in use.");
  }
  return parsed->str();
}

Result<void> check_description(const std::optional<std::string>& description) {
  if (!description || description->size() <= description_max) return {};
  return errors::InvalidParameterValue("Value for parameter description exceeds the maximum length of 255 characters");
}

// What haar's networks do not have is refused by name, not ignored.
Result<void> check_supported(const CreateNetworkInterfaceRequest& in) {
  const bool ipv6 = in.Ipv6AddressCount.value_or(0) > 0 || in.Ipv6Addresses || in.Ipv6PrefixCount.value_or(0) > 0 ||
                    in.Ipv6Prefixes || in.EnablePrimaryIpv6.value_or(false);
  const bool prefixes = in.Ipv4PrefixCount.value_or(0) > 0 || in.Ipv4Prefixes;
  if (ipv6) return errors::InvalidParameterValue("The subnet has no IPv6 CIDR block associated with it.");
  if (prefixes || in.SecondaryPrivateIpAddressCount.value_or(0) > 0) {
    return errors::UnsupportedOperation("Secondary private IP addresses and prefixes are not supported.");
  }
  if (in.InterfaceType) {
    return errors::UnsupportedOperation("The interface type '" + *in.InterfaceType + "' is not supported.");
  }
  return check_description(in.Description);
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
  NetworkInterfaceRecord record;
  record.tags = TRY(tags_to_create(in.TagSpecifications, network_interface_kind));
  const SubnetRecord* subnet = find_subnet(call.txn, Place(call), in.SubnetId);
  if (subnet == nullptr) return not_found(subnet_kind, in.SubnetId);
  if (in.Operator && requesting_service(call).empty()) {
    return errors::InvalidParameterValue("Only AWS services can specify an operator for a network interface");
  }
  record.group_ids = TRY(groups_for(call, subnet->vpc_id, in.Groups));
  record.private_ip = TRY(address_for(call, *subnet, in));
  if (call.txn.count(network_interfaces, here(call)) >= interfaces_per_region.value()) {
    return errors::NetworkInterfaceLimitExceeded("The maximum number of network interfaces has been reached.");
  }
  record.id = new_id(call, network_interface_kind);
  record.vpc_id = subnet->vpc_id;
  record.subnet_id = subnet->id;
  record.zone = subnet->zone;
  record.zone_id = subnet->zone_id;
  record.description = in.Description.value_or("");
  record.mac_address = new_mac_address(call.random());
  record.created_at = call.now();
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

// ---- ModifyNetworkInterfaceAttribute -------------------------------------------------------------

// One attribute a call, as AWS's page says.
Result<wire::Empty> modify_interface(Call& call, const ModifyNetworkInterfaceAttributeRequest& in) {
  TRY(check_id(network_interface_kind, in.NetworkInterfaceId));
  const NetworkInterfaceRecord* before = find_network_interface(call.txn, Place(call), in.NetworkInterfaceId);
  if (before == nullptr) return not_found(network_interface_kind, in.NetworkInterfaceId);
  if (before->requester_managed && before->requester_id != requesting_service(call)) {
    return errors::OperationNotPermitted("You do not have permission to modify a requester-managed network interface.");
  }
  const bool groups = in.Groups && !in.Groups->empty();
  if (in.EnaSrdSpecification || in.EnablePrimaryIpv6 || in.ConnectionTrackingSpecification ||
      in.AssociatePublicIpAddress || in.AssociatedSubnetIds || in.Attachment) {
    return errors::UnsupportedOperation("Only the description, the security groups and the source/destination check "
                                        "of a network interface can be modified.");
  }
  if (in.Description.has_value() + in.SourceDestCheck.has_value() + groups != 1) {
    return errors::InvalidParameterCombination(
        "You must specify exactly one attribute of the network interface to modify");
  }
  NetworkInterfaceRecord after = *before;
  if (in.Description) {
    TRY(check_description(in.Description->Value));
    after.description = in.Description->Value.value_or("");
  }
  if (in.SourceDestCheck) after.source_dest_check = in.SourceDestCheck->Value.value_or(true);
  if (groups) after.group_ids = TRY(groups_for(call, after.vpc_id, in.Groups));
  call.txn.put(network_interfaces, call.key(in.NetworkInterfaceId), std::move(after));
  return wire::Empty{};
}

void set_attribute(api::Requirement& need, const std::string& name, Values values) {
  need.key("ec2:Attribute", name);
  need.keys.emplace_back("ec2:Attribute/" + name, std::move(values));
}

void needs_modify_network_interface_attribute(const Call& call, const ModifyNetworkInterfaceAttributeRequest& in,
                                              Requirements& needs) {
  api::Requirement& need = need_resource(call, needs, network_interface_kind, in.NetworkInterfaceId);
  // The attribute by its name in the API, and what it is set to. A call sets one.
  if (in.Description) set_attribute(need, "Description", {in.Description->Value.value_or("")});
  if (in.SourceDestCheck) set_attribute(need, "SourceDestCheck", {in.SourceDestCheck->Value.value_or(true) ? "true" : "false"});
  if (in.Groups) set_attribute(need, "Groups", *in.Groups);
  for (const std::string& id : in.Groups.value_or(Values{})) need_resource(call, needs, security_group_kind, id);
}

// ---- DeleteNetworkInterface ----------------------------------------------------------------------

// An attached interface cannot be deleted, but for the service that attached it: it detaches it so.
Result<wire::Empty> delete_interface(Call& call, const DeleteNetworkInterfaceRequest& in) {
  TRY(check_id(network_interface_kind, in.NetworkInterfaceId));
  const NetworkInterfaceRecord* record = find_network_interface(call.txn, Place(call), in.NetworkInterfaceId);
  if (record == nullptr) return not_found(network_interface_kind, in.NetworkInterfaceId);
  if (!record->attachment_id.empty() && record->attachment_owner != requesting_service(call)) {
    return errors::InvalidParameterValue("Network interface '" + record->id + "' is currently in use.");
  }
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
              "ClientToken EnablePrimaryIpv6 Operator SubnetId Description PrivateIpAddress Groups "
              "PrivateIpAddresses SecondaryPrivateIpAddressCount Ipv6Addresses Ipv6AddressCount")),
    op<ops::ModifyNetworkInterfaceAttribute>(modify_interface, on(needs_modify_network_interface_attribute),
        takes("EnaSrdSpecification EnablePrimaryIpv6 ConnectionTrackingSpecification AssociatePublicIpAddress "
              "AssociatedSubnetIds NetworkInterfaceId Description SourceDestCheck Groups Attachment")),
    op<ops::DeleteNetworkInterface>(delete_interface, on(needs_delete_network_interface),
        takes("NetworkInterfaceId")),
};

}  // namespace haar::ec2
