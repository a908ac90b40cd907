// Elastic addresses: Allocate, Release, Associate, Disassociate, Describe, and their attributes.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/elastic-ip-addresses-eip.html
#include "model/ec2/AllocateAddress.h"
#include "model/ec2/AssociateAddress.h"
#include "model/ec2/DescribeAddresses.h"
#include "model/ec2/DescribeAddressesAttribute.h"
#include "model/ec2/DisassociateAddress.h"
#include "model/ec2/ReleaseAddress.h"
#include "model/ec2/service.h"
#include "services/ec2/addresses/addresses.h"
#include "services/ec2/rows.h"

namespace haar::ec2 {
namespace {

using api::Call;

bool is_set(const std::optional<std::string>& text) { return text && !text->empty(); }

// ---- DescribeAddresses ---------------------------------------------------------------------------

Address address_view(const Call& call, const AddressRecord& record) {
  Address view;
  view.AllocationId = record.id;
  view.PublicIp = record.public_ip;
  view.Domain = "vpc";
  view.PublicIpv4Pool = "amazon";
  view.NetworkBorderGroup = call.region().value;
  if (is_mapped(call.txn, Place(call), record)) {
    view.AssociationId = record.association_id;
    view.NetworkInterfaceId = record.interface_id;
    view.NetworkInterfaceOwnerId = call.account().value;
    view.PrivateIpAddress = record.private_ip;
    const NetworkInterfaceRecord* interface = find_network_interface(call.txn, Place(call), record.interface_id);
    if (interface != nullptr) view.SubnetId = interface->subnet_id;
    view.InstanceId = interface != nullptr ? interface->instance_id : std::string();
  }
  if (!record.tags.empty()) view.Tags = to_wire(record.tags);
  return view;
}

template <auto member>
void values_of(const Address& address, Values& out) { add_value(out, address.*member); }

constexpr FilterField<Address> address_filters[] = {
    {"allocation-id", values_of<&Address::AllocationId>},
    {"association-id", values_of<&Address::AssociationId>},
    {"domain", values_of<&Address::Domain>},
    {"instance-id", values_of<&Address::InstanceId>},
    {"network-border-group", values_of<&Address::NetworkBorderGroup>},
    {"network-interface-id", values_of<&Address::NetworkInterfaceId>},
    {"network-interface-owner-id", values_of<&Address::NetworkInterfaceOwnerId>},
    {"private-ip-address", values_of<&Address::PrivateIpAddress>},
    {"public-ip", values_of<&Address::PublicIp>},
    {"service-managed", values_of<&Address::ServiceManaged>},
};

Result<std::vector<std::string>> ids_of_public_ips(const Call& call, const std::vector<std::string>& public_ips) {
  std::vector<std::string> ids;
  for (const std::string& ip : public_ips) {
    const auto found = call.txn.find(addresses, addresses_by_public_ip, store::join(ip)).first();
    const bool own = found && found->key.account() == call.account() && found->key.region() == call.region().value;
    if (!own) return errors::InvalidAddressNotFound("Address '" + ip + "' not found.");
    ids.push_back(found->record.id);
  }
  return ids;
}

// The call has no pages. What is named in either way is shown.
Result<DescribeAddressesResult> describe_addresses(Call& call, const DescribeAddressesRequest& in) {
  const api::FilterSet<Address> filters = TRY(read_filters<Address>(in.Filters, address_filters));
  std::vector<std::string> named = TRY(existing_ids(call, elastic_ip_kind, addresses, in.AllocationIds));
  for (std::string& id : TRY(ids_of_public_ips(call, in.PublicIps.value_or(Values{})))) {
    if (std::ranges::find(named, id) == named.end()) named.push_back(std::move(id));
  }
  DescribeAddressesResult out;
  out.Addresses.emplace();
  const auto show = [&](const AddressRecord& record) {
    Address view = address_view(call, record);
    if (filters.match(view)) out.Addresses->push_back(std::move(view));
  };
  for (const std::string& id : named) show(*call.txn.get(addresses, call.key(id)));
  if (!named.empty()) return out;
  for (const auto& [key, record] : call.txn.scan(addresses, here(call))) show(record);
  return out;
}

// The one attribute there is ("domain-name") is of addresses that ModifyAddressAttribute gave a reverse name: none here.
Result<DescribeAddressesAttributeResult> describe_addresses_attribute(Call& call, const DescribeAddressesAttributeRequest& in) {
  if (in.Attribute != "domain-name") {
    return errors::InvalidParameterValue("Value (" + in.Attribute.value_or("") + ") for parameter attribute is invalid.");
  }
  TRY(existing_ids(call, elastic_ip_kind, addresses, in.AllocationIds));
  const std::size_t size = TRY(api::page_size(page_rules, in.MaxResults));
  TRY(api::Page::open(call, page_rules, listing_name("DescribeAddressesAttribute", {}, in.AllocationIds), in.NextToken, size));
  DescribeAddressesAttributeResult out;
  out.Addresses.emplace();
  return out;
}

// ---- AllocateAddress, ReleaseAddress -------------------------------------------------------------

Result<AllocateAddressResult> allocate_address(Call& call, const AllocateAddressRequest& in) {
  // EC2-Classic is no more; the texts for it and for a group of another region could not be found.
  if (is_set(in.Domain) && *in.Domain != "vpc") {
    return errors::InvalidParameterValue("Value (" + *in.Domain + ") for parameter domain is invalid.");
  }
  if (is_set(in.NetworkBorderGroup) && *in.NetworkBorderGroup != call.region().value) {
    return errors::InvalidParameterValue("Value (" + *in.NetworkBorderGroup + ") for parameter networkBorderGroup is invalid.");
  }
  AddressRecord address;
  address.tags = TRY(tags_to_create(in.TagSpecifications, elastic_ip_kind));
  if (call.txn.count(addresses, here(call)) >= elastic_addresses_per_region.value()) {
    return errors::AddressLimitExceeded("The maximum number of addresses has been reached.");
  }
  std::optional<std::string> ip = free_public_ip(call.txn, call.random());
  if (!ip) return errors::InsufficientAddressCapacity("Insufficient capacity of addresses: the pool is empty.");
  address.id = new_id(call, elastic_ip_kind);
  address.public_ip = *std::move(ip);
  address.created_at = call.now();
  AllocateAddressResult out;
  out.AllocationId = address.id;
  out.PublicIp = address.public_ip;
  out.PublicIpv4Pool = "amazon";
  out.NetworkBorderGroup = call.region().value;
  out.Domain = "vpc";
  call.txn.put(addresses, call.key(address.id), address);
  return out;
}

void needs_allocate(const Call& call, const AllocateAddressRequest& in, api::Requirements& needs) {
  need_new(call, needs, elastic_ip_kind).request_tags = requested_tags(in.TagSpecifications);
  need_create_tags(call, needs, elastic_ip_kind, "AllocateAddress", in.TagSpecifications);
}

// In a default VPC releasing disassociates; elsewhere whoever wants to release has to do that first.
Result<wire::Empty> release_address(Call& call, const ReleaseAddressRequest& in) {
  if (!is_set(in.AllocationId)) {
    if (!is_set(in.PublicIp)) return errors::MissingParameter("Either public IP or allocation id must be specified");
    return errors::InvalidParameterValue("You must specify an allocation id when releasing a VPC elastic IP address");
  }
  const AddressRecord* address = TRY(find_address(call, *in.AllocationId));
  if (is_set(in.NetworkBorderGroup) && *in.NetworkBorderGroup != call.region().value) {
    return not_found(elastic_ip_kind, address->id);
  }
  if (is_mapped(call.txn, Place(call), *address)) {
    const NetworkInterfaceRecord* interface = find_network_interface(call.txn, Place(call), address->interface_id);
    const VpcRecord* vpc = interface == nullptr ? nullptr : find_vpc(call.txn, Place(call), interface->vpc_id);
    const bool with_it = vpc != nullptr && vpc->is_default && !interface->requester_managed;
    if (!with_it) return errors::InvalidIPAddressInUse("Address " + address->public_ip + " is in use.");
  }
  call.txn.erase(addresses, call.key(*in.AllocationId));
  return wire::Empty{};
}

void needs_release(const Call& call, const ReleaseAddressRequest& in, api::Requirements& needs) {
  if (in.AllocationId) need_resource(call, needs, elastic_ip_kind, *in.AllocationId);
  else need_new(call, needs, elastic_ip_kind);
}

// ---- AssociateAddress, DisassociateAddress -------------------------------------------------------

// The interface that a request means: itself, or the first of an instance.
const NetworkInterfaceRecord* wanted_interface(const Call& call, const AssociateAddressRequest& in) {
  if (is_set(in.NetworkInterfaceId)) return find_network_interface(call.txn, Place(call), *in.NetworkInterfaceId);
  const store::Key term = store::join(call.account(), call.region(), in.InstanceId.value_or(""));
  for (const auto& [key, interface] : call.txn.find(network_interfaces, interfaces_by_instance, term)) {
    if (interface.device_index == 0) return &interface;
  }
  return nullptr;
}

Result<const NetworkInterfaceRecord*> find_target(const Call& call, const AssociateAddressRequest& in) {
  if (!is_set(in.InstanceId) && !is_set(in.NetworkInterfaceId)) {
    return errors::MissingParameter("Either instance ID or network interface id must be specified");
  }
  if (is_set(in.InstanceId) && is_set(in.NetworkInterfaceId)) {
    return errors::InvalidParameterCombination("You may specify either instance ID or network interface ID, but not both");
  }
  if (is_set(in.NetworkInterfaceId)) TRY(check_id(network_interface_kind, *in.NetworkInterfaceId));
  const NetworkInterfaceRecord* interface = wanted_interface(call, in);
  if (interface == nullptr && is_set(in.NetworkInterfaceId)) return not_found(network_interface_kind, *in.NetworkInterfaceId);
  if (interface == nullptr) return errors::InvalidInstanceIDNotFound("The instance ID '" + *in.InstanceId + "' does not exist");
  if (interface->requester_managed) return errors::AuthFailure("You do not have permission to access the specified resource.");
  const store::Key vpc = store::join(call.account(), call.region(), interface->vpc_id);
  if (call.txn.find(internet_gateways, internet_gateways_by_vpc, vpc).empty()) {
    return errors::GatewayNotAttached("Network " + interface->vpc_id + " is not attached to any internet gateway");
  }
  return interface;
}

Result<std::string> find_private_ip(const NetworkInterfaceRecord& interface, const std::optional<std::string>& wanted) {
  if (!is_set(wanted) || *wanted == interface.private_ip) return interface.private_ip;
  if (std::ranges::find(interface.secondary_private_ips, *wanted) != interface.secondary_private_ips.end()) return *wanted;
  return errors::InvalidParameterValue("Private IP address " + *wanted + " is not assigned to interface " + interface.id);
}

Result<AssociateAddressResult> associate_address(Call& call, const AssociateAddressRequest& in) {
  if (!is_set(in.AllocationId)) {
    if (!is_set(in.PublicIp)) return errors::MissingParameter("Either public IP or allocation id must be specified");
    return errors::InvalidParameterValue("You must specify an allocation id when mapping an address to a VPC instance");
  }
  const AddressRecord* address = TRY(find_address(call, *in.AllocationId));
  const NetworkInterfaceRecord* interface = TRY(find_target(call, in));
  const std::string private_ip = TRY(find_private_ip(*interface, in.PrivateIpAddress));
  const AddressRecord* there = address_of(call.txn, Place(call), interface->id, private_ip);
  // The same again changes nothing.
  if (there != nullptr && there->id == address->id) return AssociateAddressResult{.AssociationId = address->association_id};
  const bool again = in.AllowReassociation.value_or(true);
  if (is_mapped(call.txn, Place(call), *address)) {
    const NetworkInterfaceRecord* holder = find_network_interface(call.txn, Place(call), address->interface_id);
    if (holder != nullptr && holder->requester_managed) {
      return errors::AuthFailure("You do not have permission to access the specified resource.");
    }
    if (!again) {
      return errors::ResourceAlreadyAssociated("resource " + address->id + " is already associated with associate-id " +
                                               address->association_id);
    }
  }
  if (there != nullptr) {
    if (!again) {
      return errors::ResourceAlreadyAssociated("resource " + interface->id + " is already associated with associate-id " +
                                               there->association_id);
    }
    unmap_address(call, *there);
  }
  return AssociateAddressResult{.AssociationId = map_address(call, *address, *interface, private_ip)};
}

void needs_associate(const Call& call, const AssociateAddressRequest& in, api::Requirements& needs) {
  if (in.AllocationId) need_resource(call, needs, elastic_ip_kind, *in.AllocationId);
  else need_new(call, needs, elastic_ip_kind);
  if (in.InstanceId) need_resource(call, needs, instance_kind, *in.InstanceId);
  if (const NetworkInterfaceRecord* interface = wanted_interface(call, in); interface != nullptr) {
    need_resource(call, needs, network_interface_kind, interface->id);
  } else if (in.NetworkInterfaceId) {
    need_resource(call, needs, network_interface_kind, *in.NetworkInterfaceId);
  }
}

const AddressRecord* find_association(const Call& call, const std::optional<std::string>& id) {
  const auto found = call.txn.find(addresses, addresses_by_association,
                                   store::join(call.account(), call.region(), id.value_or(""))).first();
  return found ? &found->record : nullptr;
}

Result<wire::Empty> disassociate_address(Call& call, const DisassociateAddressRequest& in) {
  if (!is_set(in.AssociationId)) {
    if (!is_set(in.PublicIp)) return errors::MissingParameter("Either public IP or association id must be specified");
    return errors::InvalidParameterValue("You must specify an association id when unmapping an address from a VPC instance");
  }
  const AddressRecord* address = find_association(call, in.AssociationId);
  if (address == nullptr || !is_mapped(call.txn, Place(call), *address)) {
    return errors::InvalidAssociationIDNotFound("The association ID '" + *in.AssociationId + "' does not exist");
  }
  const NetworkInterfaceRecord* interface = find_network_interface(call.txn, Place(call), address->interface_id);
  if (interface != nullptr && interface->requester_managed) {
    return errors::AuthFailure("You do not have permission to access the specified resource.");
  }
  unmap_address(call, *address);
  return wire::Empty{};
}

void needs_disassociate(const Call& call, const DisassociateAddressRequest& in, api::Requirements& needs) {
  const AddressRecord* address = find_association(call, in.AssociationId);
  if (address == nullptr) {
    need_new(call, needs, elastic_ip_kind);
    return;
  }
  need_resource(call, needs, elastic_ip_kind, address->id);
  need_resource(call, needs, network_interface_kind, address->interface_id);
}

void add_address_keys(const Call&, const AddressRecord& address, api::Requirement& need) {
  need.key("ec2:Domain", "vpc").key("ec2:PublicIpAddress", address.public_ip);
}

}  // namespace

constinit const ResourceKind elastic_ip_kind{
    "eipalloc-", "elastic-ip", "allocation ID", "allocation IDs",
    errors::InvalidAllocationIDMalformed, errors::InvalidAllocationIDNotFound,
    api::tagged_records<addresses>, describe_record<addresses, add_address_keys>, "ec2:AllocationId"};

const api::Operations addresses_operations = {
    op<ops::DescribeAddresses>(describe_addresses, on(any_in_region), read_only, takes("PublicIps Filters AllocationIds")),
    op<ops::DescribeAddressesAttribute>(describe_addresses_attribute, on(any_in_region), read_only,
        takes("AllocationIds Attribute NextToken MaxResults")),
    op<ops::AllocateAddress>(allocate_address, on(needs_allocate), takes("Domain NetworkBorderGroup TagSpecifications")),
    op<ops::ReleaseAddress>(release_address, on(needs_release), takes("AllocationId PublicIp NetworkBorderGroup")),
    op<ops::AssociateAddress>(associate_address, on(needs_associate),
        takes("AllocationId InstanceId PublicIp NetworkInterfaceId PrivateIpAddress AllowReassociation")),
    op<ops::DisassociateAddress>(disassociate_address, on(needs_disassociate), takes("AssociationId PublicIp")),
};

}  // namespace haar::ec2
