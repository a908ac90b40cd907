#include "services/ec2/operations.h"

#include "model/ec2/service.h"
#include "services/ec2/interfaces/managed_endpoints.h"
#include "services/ec2/rows.h"
#include "services/ec2/service.h"

namespace haar::ec2 {

const services::Service& manifest() {
  static const services::Service all{
      .model = service(),
      .rows = {&regions_operations, &vpcs_operations, &subnets_operations, &route_tables_operations,
                &internet_gateways_operations, &network_acls_operations, &dhcp_options_operations,
                &security_groups_operations, &security_group_rules_operations, &rule_updates_operations,
                &interfaces_operations, &tags_operations,
                &default_vpc_operations, &dhcp_options_changes_operations, &network_acl_changes_operations,
                &network_acl_entries_operations, &subnet_blocks_operations, &subnet_changes_operations,
                &vpc_attributes_operations, &vpc_blocks_operations, &prefix_lists_operations, &prefix_list_changes_operations,
                &group_associations_operations, &group_references_operations},
      .spaces = {&host_addresses, &dhcp_options, &vpcs, &subnets, &security_groups, &security_group_rules, &route_tables,
                &internet_gateways, &network_acls, &network_interfaces, &prefix_lists, &default_networks,
                &egress_only_gateways, &peerings,
                &instances, &instance_states, &security_group_vpcs},
      .add_tagged = add_tagged,
      .is_regional = true,
  };
  return all;
}

}  // namespace haar::ec2
