#include "services/ec2/resources.h"

#include <algorithm>

#include "model/ec2/service.h"


namespace haar::ec2 {
namespace {

constexpr std::size_t short_id_digits = 8, long_id_digits = 17;

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html#amazonec2-resources-for-iam-policies
void add_record_keys(const api::Call& call, const ResourceKind& kind, std::string_view id, api::Requirement& need) {
  const store::Key key = call.key(id);
  if (&kind == &security_group_kind) {
    if (const SecurityGroupRecord* group = call.txn.get(security_groups, key)) {
      need.resource_tags = group->tags;
      need.key("ec2:Vpc", arn_of(call, vpc_kind, group->vpc_id));
    }
    need.key("ec2:SecurityGroupID", std::string(id));
  } else if (&kind == &vpc_kind) {
    if (const VpcRecord* vpc = call.txn.get(vpcs, key)) {
      need.resource_tags = vpc->tags;
      need.key("ec2:Tenancy", vpc->instance_tenancy);
    }
    need.key("ec2:VpcID", std::string(id));
  } else if (&kind == &subnet_kind) {
    if (const SubnetRecord* subnet = call.txn.get(subnets, key)) {
      need.resource_tags = subnet->tags;
      need.key("ec2:AvailabilityZone", subnet->zone).key("ec2:AvailabilityZoneId", subnet->zone_id);
      need.key("ec2:Vpc", arn_of(call, vpc_kind, subnet->vpc_id));
    }
    need.key("ec2:SubnetID", std::string(id));
  } else if (&kind == &network_interface_kind) {
    if (const NetworkInterfaceRecord* interface = call.txn.get(network_interfaces, key)) {
      need.resource_tags = interface->tags;
      need.key("ec2:AvailabilityZone", interface->zone);
      need.key("ec2:Subnet", arn_of(call, subnet_kind, interface->subnet_id));
      need.key("ec2:Vpc", arn_of(call, vpc_kind, interface->vpc_id));
      if (!interface->operator_principal.empty()) {
        need.key("ec2:ManagedResourceOperator", interface->operator_principal);
      }
    }
    need.key("ec2:NetworkInterfaceID", std::string(id));
  } else if (&kind == &security_group_rule_kind) {
    if (const SecurityGroupRuleRecord* rule = call.txn.get(security_group_rules, key)) need.resource_tags = rule->tags;
  } else if (&kind == &route_table_kind) {
    if (const RouteTableRecord* table = call.txn.get(route_tables, key)) {
      need.resource_tags = table->tags;
      need.key("ec2:Vpc", arn_of(call, vpc_kind, table->vpc_id));
    }
    need.key("ec2:RouteTableID", std::string(id));
  } else if (&kind == &network_acl_kind) {
    if (const NetworkAclRecord* acl = call.txn.get(network_acls, key)) {
      need.resource_tags = acl->tags;
      need.key("ec2:Vpc", arn_of(call, vpc_kind, acl->vpc_id));
    }
    need.key("ec2:NetworkAclID", std::string(id));
  } else if (&kind == &internet_gateway_kind) {
    if (const InternetGatewayRecord* gateway = call.txn.get(internet_gateways, key)) need.resource_tags = gateway->tags;
    need.key("ec2:InternetGatewayID", std::string(id));
  } else if (&kind == &dhcp_options_kind) {
    if (const DhcpOptionsRecord* options = call.txn.get(dhcp_options, key)) need.resource_tags = options->tags;
    need.key("ec2:DhcpOptionsID", std::string(id));
  }
}

api::Requirement& add_need(const api::Call& call, api::Requirements& needs, std::string action, std::string arn) {
  api::Requirement& need = action.empty() ? needs.need(std::move(arn)) : needs.need(std::move(action), std::move(arn));
  return need.key("ec2:Region", call.region().value);
}

}  // namespace

const ResourceKind dhcp_options_kind{"dopt-", "dhcp-options", "dhcpOption ID", "dhcpOption IDs",
                                     errors::InvalidDhcpOptionsIdMalformed, errors::InvalidDhcpOptionIDNotFound};
const ResourceKind internet_gateway_kind{"igw-", "internet-gateway", "internetGateway ID", "internetGateway IDs",
                                         errors::InvalidInternetGatewayIdMalformed,
                                         errors::InvalidInternetGatewayIDNotFound};
const ResourceKind network_acl_kind{"acl-", "network-acl", "networkAcl ID", "networkAcl IDs",
                                    errors::InvalidNetworkAclIdMalformed, errors::InvalidNetworkAclIDNotFound};
const ResourceKind network_interface_kind{"eni-", "network-interface", "networkInterface ID", "networkInterface IDs",
                                          errors::InvalidNetworkInterfaceIdMalformed,
                                          errors::InvalidNetworkInterfaceIDNotFound};
const ResourceKind prefix_list_kind{"pl-", "prefix-list", "prefix list ID", "prefix list IDs",
                                    errors::InvalidPrefixListIdMalformed, errors::InvalidPrefixListIDNotFound};
const ResourceKind route_table_kind{"rtb-", "route-table", "routeTable ID", "routeTable IDs",
                                    errors::InvalidRouteTableIdMalformed, errors::InvalidRouteTableIDNotFound};
const ResourceKind security_group_kind{"sg-", "security-group", "security group", "security groups",
                                       errors::InvalidGroupIdMalformed, errors::InvalidGroupNotFound};
const ResourceKind security_group_rule_kind{"sgr-", "security-group-rule", "security group rule ID",
                                            "security group rule IDs", errors::InvalidSecurityGroupRuleIdMalformed,
                                            errors::InvalidSecurityGroupRuleIdNotFound};
const ResourceKind subnet_kind{"subnet-", "subnet", "subnet ID", "subnet IDs", errors::InvalidSubnetIDMalformed,
                               errors::InvalidSubnetIDNotFound};
const ResourceKind vpc_kind{"vpc-", "vpc", "vpc ID", "vpc IDs", errors::InvalidVpcIDMalformed,
                            errors::InvalidVpcIDNotFound};

const ResourceKind* kind_of_id(std::string_view id) {
  for (const ResourceKind* kind :
       {&dhcp_options_kind, &internet_gateway_kind, &network_acl_kind, &network_interface_kind, &prefix_list_kind,
        &route_table_kind, &security_group_kind, &security_group_rule_kind, &subnet_kind, &vpc_kind}) {
    if (id.starts_with(kind->prefix)) return kind;
  }
  return nullptr;
}

Result<void> check_id(const ResourceKind& kind, std::string_view id) {
  const std::string quoted = "Invalid id: \"" + std::string(id) + "\"";
  if (!id.starts_with(kind.prefix)) {
    return kind.malformed(quoted + " (expecting \"" + std::string(kind.prefix) + "...\")");
  }
  const std::string_view digits = id.substr(kind.prefix.size());
  const bool hexadecimal = digits.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  if (!hexadecimal || (digits.size() != short_id_digits && digits.size() != long_id_digits)) {
    return kind.malformed(quoted);
  }
  return {};
}

Result<void> check_ids(const ResourceKind& kind, const std::optional<std::vector<std::string>>& ids) {
  if (!ids) return {};
  for (const std::string& id : *ids) TRY(check_id(kind, id));
  return {};
}

Error not_found(const ResourceKind& kind, std::span<const std::string> ids) {
  std::string list;
  for (const std::string& id : ids) list += (list.empty() ? "" : ", ") + id;
  const bool one = ids.size() == 1;
  return kind.not_found("The " + std::string(one ? kind.noun : kind.nouns) + " '" + list + "' " +
                        (one ? "does" : "do") + " not exist");
}

std::string arn_of(const api::Call& call, const ResourceKind& kind, std::string_view id) {
  return call.arn("ec2", std::string(kind.type) + "/" + std::string(id));
}

api::Requirement& need_resource(const api::Call& call, api::Requirements& needs, const ResourceKind& kind,
                                std::string_view id, std::string action) {
  api::Requirement& need = add_need(call, needs, std::move(action), arn_of(call, kind, id));
  add_record_keys(call, kind, id, need);
  return need;
}

api::Requirement& need_new(const api::Call& call, api::Requirements& needs, const ResourceKind& kind,
                           std::string action) {
  return add_need(call, needs, std::move(action), arn_of(call, kind, "*"));
}

}  // namespace haar::ec2
