// CreateSubnet, DeleteSubnet, ModifySubnetAttribute.
// https://docs.aws.amazon.com/vpc/latest/userguide/create-subnets.html
#include <algorithm>
#include <map>

#include "model/ec2/CreateSubnet.h"
#include "model/ec2/DeleteSubnet.h"
#include "model/ec2/ModifySubnetAttribute.h"
#include "model/ec2/service.h"
#include "services/ec2/attribute_key.h"
#include "services/ec2/network/cidr_rules.h"
#include "services/ec2/network/dependencies.h"
#include "services/ec2/network/new_vpc.h"
#include "services/ec2/network/subnet_rules.h"
#include "services/ec2/network/views.h"
#include "services/ec2/require.h"
#include "services/ec2/rows.h"

namespace haar::ec2 {
namespace {

using api::Call;
using api::Requirements;

bool given(const std::optional<std::string>& text) { return text && !text->empty(); }

// ---- CreateSubnet --------------------------------------------------------------------------------

// AWS chooses a zone where none is named, without saying which: here the one with the fewest subnets of the VPC.
Result<const ZoneFacts*> zone_for(const Call& call, const VpcRecord& vpc) {
  const RegionFacts* region = find_region(call.region().value);
  if (region == nullptr || region->zones.empty()) return errors::InvalidZoneNotFound("The Region has no Availability Zone.");
  std::map<std::string_view, int> subnets_in;
  for (const SubnetRecord* subnet : subnets_of_vpc(call.txn, Place(call), vpc.id)) ++subnets_in[subnet->zone];
  return &*std::ranges::min_element(region->zones, {}, [&](const ZoneFacts& zone) { return subnets_in[zone.name]; });
}

// An IPv6-only subnet has no IPv4 block, every other one has.
Result<void> set_blocks(const Call& call, const VpcRecord& vpc, const CreateSubnetRequest& in, SubnetRecord& subnet) {
  subnet.ipv6_native = in.Ipv6Native.value_or(false);
  if (subnet.ipv6_native && given(in.CidrBlock)) {
    return errors::InvalidParameterCombination("The parameter cidrBlock cannot be used with the parameter ipv6Native");
  }
  if (subnet.ipv6_native && !given(in.Ipv6CidrBlock)) {
    return errors::MissingParameter("The request must contain the parameter ipv6CidrBlock");
  }
  if (!subnet.ipv6_native && !given(in.CidrBlock)) {
    return errors::MissingParameter("The request must contain the parameter cidrBlock");
  }
  if (given(in.CidrBlock)) {
    const Cidr block = TRY(parse_ipv4_block(*in.CidrBlock, "cidrBlock"));
    TRY(check_subnet_block(block, ipv4_blocks(vpc)));
    TRY(check_no_conflict(call, vpc, block));
    subnet.cidr = block.str();
  }
  if (given(in.Ipv6CidrBlock)) subnet.ipv6_cidrs.push_back(TRY(subnet_ipv6_block(call, vpc, *in.Ipv6CidrBlock)));
  // Instances of an IPv6-only subnet have an IPv6 address each, and names by their ids.
  subnet.assign_ipv6_on_creation = subnet.ipv6_native;
  if (subnet.ipv6_native) subnet.hostname_type = "resource-name";
  return {};
}

Result<CreateSubnetResult> create_subnet(Call& call, const CreateSubnetRequest& in) {
  TRY(check_id(vpc_kind, in.VpcId));
  SubnetRecord subnet;
  subnet.tags = TRY(tags_to_create(in.TagSpecifications, subnet_kind));
  const VpcRecord* vpc = TRY(require(call, vpc_kind, vpcs, in.VpcId));
  const ZoneFacts* zone = TRY(requested_zone(call, in.AvailabilityZone, in.AvailabilityZoneId));
  if (zone == nullptr) zone = TRY(zone_for(call, *vpc));
  TRY(set_blocks(call, *vpc, in, subnet));
  subnet.id = new_id(call, subnet_kind);
  subnet.vpc_id = vpc->id;
  subnet.zone = zone->name;
  subnet.zone_id = zone->id;
  TRY(add_subnet(call, *vpc, subnet));
  CreateSubnetResult out;
  out.Subnet = subnet_view(call, subnet);
  return out;
}

void needs_create_subnet(const Call& call, const CreateSubnetRequest& in, Requirements& needs) {
  api::Requirement& need = need_new(call, needs, subnet_kind);
  need.request_tags = requested_tags(in.TagSpecifications);
  if (in.Ipv4IpamPoolId) need.key("ec2:Ipv4IpamPoolId", *in.Ipv4IpamPoolId);
  if (in.Ipv6IpamPoolId) need.key("ec2:Ipv6IpamPoolId", *in.Ipv6IpamPoolId);
  need_resource(call, needs, vpc_kind, in.VpcId);
  need_create_tags(call, needs, subnet_kind, "CreateSubnet", in.TagSpecifications);
}

// ---- DeleteSubnet --------------------------------------------------------------------------------

// Takes the subnet out of what is associated with it.
void forget_subnet(Call& call, const std::string& subnet_id) {
  const store::Key term = store::join(call.account(), call.region(), subnet_id);
  for (const auto& [key, found] : call.txn.find(network_acls, network_acls_by_subnet, term)) {
    NetworkAclRecord acl = found;
    std::erase_if(acl.associations, [&](const auto& association) { return association.subnet_id == subnet_id; });
    call.txn.put(network_acls, key, std::move(acl));
  }
  for (const auto& [key, found] : call.txn.find(route_tables, route_tables_by_subnet, term)) {
    RouteTableRecord table = found;
    std::erase_if(table.associations, [&](const auto& association) { return association.subnet_id == subnet_id; });
    call.txn.put(route_tables, key, std::move(table));
  }
}

Result<wire::Empty> delete_subnet(Call& call, const DeleteSubnetRequest& in) {
  const SubnetRecord* subnet = TRY(require(call, subnet_kind, subnets, in.SubnetId));
  if (first_blocker(call.txn, Place(call), subnet_blockers(), subnet->id)) {
    return errors::DependencyViolation("The subnet '" + subnet->id + "' has dependencies and cannot be deleted.");
  }
  forget_subnet(call, subnet->id);
  call.txn.erase(subnets, call.key(in.SubnetId));
  return wire::Empty{};
}

void needs_delete_subnet(const Call& call, const DeleteSubnetRequest& in, Requirements& needs) {
  need_resource(call, needs, subnet_kind, in.SubnetId);
}

// ---- ModifySubnetAttribute -----------------------------------------------------------------------

using Request = ModifySubnetAttributeRequest;

struct Flag {
  std::string_view member;
  std::optional<AttributeBooleanValue> Request::* wanted;
  bool SubnetRecord::* value;
};
constexpr Flag flags[] = {
    {"MapPublicIpOnLaunch", &Request::MapPublicIpOnLaunch, &SubnetRecord::map_public_ip_on_launch},
    {"AssignIpv6AddressOnCreation", &Request::AssignIpv6AddressOnCreation, &SubnetRecord::assign_ipv6_on_creation},
    {"EnableDns64", &Request::EnableDns64, &SubnetRecord::enable_dns64},
    {"EnableResourceNameDnsARecordOnLaunch", &Request::EnableResourceNameDnsARecordOnLaunch,
     &SubnetRecord::resource_name_a_record},
    {"EnableResourceNameDnsAAAARecordOnLaunch", &Request::EnableResourceNameDnsAAAARecordOnLaunch,
     &SubnetRecord::resource_name_aaaa_record},
};
constexpr std::string_view hostname_types[] = {"ip-name", "resource-name"};

// AWS's words for these refusals could not be found; its page of the operation has the rules.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySubnetAttribute.html
Result<void> check_subnet(const SubnetRecord& subnet, const SubnetRecord& before) {
  const bool ipv6 = !subnet.ipv6_cidrs.empty();
  const auto refuse = [](const std::string& member, const std::string& why) {
    return errors::InvalidParameterValue("Invalid value 'true' for " + member + ". " + why);
  };
  if (subnet.assign_ipv6_on_creation && !before.assign_ipv6_on_creation && !ipv6)
    return refuse("assignIpv6AddressOnCreation", "The subnet has no IPv6 CIDR block associated with it.");
  if (subnet.map_public_ip_on_launch && subnet.ipv6_native)
    return refuse("mapPublicIpOnLaunch", "An IPv6-only subnet has no IPv4 addresses.");
  if (subnet.ipv6_native && !subnet.assign_ipv6_on_creation)
    return errors::InvalidParameterValue("Invalid value 'false' for assignIpv6AddressOnCreation. The subnet is IPv6-only.");
  if (subnet.ipv6_native && subnet.hostname_type == "ip-name")
    return errors::InvalidParameterValue("Invalid value 'ip-name' for privateDnsHostnameTypeOnLaunch. The subnet is IPv6-only.");
  if (subnet.resource_name_aaaa_record && !before.resource_name_aaaa_record && !ipv6)
    return refuse("enableResourceNameDnsAAAARecordOnLaunch", "The subnet has no IPv6 CIDR block associated with it.");
  return {};
}

// AWS's page: "You can only modify one attribute at a time."
Result<wire::Empty> modify_subnet_attribute(Call& call, const Request& in) {
  const SubnetRecord* before = TRY(require(call, subnet_kind, subnets, in.SubnetId));
  SubnetRecord subnet = *before;
  int changes = 0;
  for (const Flag& flag : flags) {
    const std::optional<AttributeBooleanValue>& wanted = in.*flag.wanted;
    if (!wanted) continue;
    ++changes;
    if (!wanted->Value) return errors::MissingParameter("The request must contain the parameter value");
    subnet.*flag.value = *wanted->Value;
  }
  if (in.PrivateDnsHostnameTypeOnLaunch) {
    ++changes;
    subnet.hostname_type = *in.PrivateDnsHostnameTypeOnLaunch;
    if (std::ranges::find(hostname_types, subnet.hostname_type) == std::end(hostname_types)) {
      return errors::InvalidParameterValue("Value (" + subnet.hostname_type + ") for parameter privateDnsHostnameTypeOnLaunch "
                                           "is invalid. Valid values are: ip-name, resource-name.");
    }
  }
  if (changes == 0) return errors::MissingParameter("The request must contain an attribute to modify");
  if (changes > 1) {
    return errors::InvalidParameterCombination("Only one attribute of a subnet can be modified at a time.");
  }
  TRY(check_subnet(subnet, *before));
  call.txn.put(subnets, call.key(in.SubnetId), std::move(subnet));
  return wire::Empty{};
}

void needs_modify_subnet_attribute(const Call& call, const Request& in, Requirements& needs) {
  api::Requirement& need = need_resource(call, needs, subnet_kind, in.SubnetId);
  for (const Flag& flag : flags) {
    if (const auto& wanted = in.*flag.wanted) {
      key_attribute(need, flag.member, {wanted->Value.value_or(false) ? "true" : "false"});
    }
  }
  if (in.PrivateDnsHostnameTypeOnLaunch) {
    key_attribute(need, "PrivateDnsHostnameTypeOnLaunch", {*in.PrivateDnsHostnameTypeOnLaunch});
  }
}

}  // namespace

const api::Operations subnet_changes_operations = {
    op<ops::CreateSubnet>(create_subnet, on(needs_create_subnet),
        takes("VpcId CidrBlock Ipv6CidrBlock Ipv6Native AvailabilityZone AvailabilityZoneId TagSpecifications")),
    op<ops::DeleteSubnet>(delete_subnet, on(needs_delete_subnet), takes("SubnetId")),
    op<ops::ModifySubnetAttribute>(modify_subnet_attribute, on(needs_modify_subnet_attribute),
        takes("SubnetId MapPublicIpOnLaunch AssignIpv6AddressOnCreation EnableDns64 PrivateDnsHostnameTypeOnLaunch "
              "EnableResourceNameDnsARecordOnLaunch EnableResourceNameDnsAAAARecordOnLaunch")),
};

}  // namespace haar::ec2
