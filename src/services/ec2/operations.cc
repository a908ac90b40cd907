#include "services/ec2/operations.h"

#include "model/ec2/service.h"
#include "services/ec2/rows.h"

namespace haar::ec2 {

void register_ec2(api::Registry& registry) {
  registry.add(service(),
               {&regions_operations, &vpcs_operations, &subnets_operations, &route_tables_operations,
                &internet_gateways_operations, &network_acls_operations, &dhcp_options_operations,
                &security_groups_operations, &security_group_rules_operations, &rule_updates_operations,
                &interfaces_operations, &tags_operations});
}

std::vector<const store::SpaceBase*> ec2_spaces() {
  return {&dhcp_options, &vpcs, &subnets, &security_groups, &security_group_rules, &route_tables, &internet_gateways,
          &network_acls, &network_interfaces, &prefix_lists, &default_networks};
}

}  // namespace haar::ec2
