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
                &interfaces_operations, &tags_operations},
      .spaces = {&host_addresses, &dhcp_options, &vpcs, &subnets, &security_groups, &security_group_rules, &route_tables,
                &internet_gateways, &network_acls, &network_interfaces, &prefix_lists, &default_networks,
                &egress_only_gateways, &peerings,
                &instances, &instance_states},
      .quotas = {&rules_per_security_group, &groups_per_interface, &groups_per_region, &interfaces_per_region},
      .add_tagged = add_tagged,
      .is_regional = true,
  };
  return all;
}

}  // namespace haar::ec2
