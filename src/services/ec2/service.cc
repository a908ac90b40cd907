#include "services/ec2/operations.h"

#include "model/ec2/service.h"
#include "services/ec2/fleet/instance_kind.h"
#include "services/ec2/interfaces/managed_endpoints.h"
#include "services/ec2/rows.h"
#include "services/ec2/service.h"

namespace haar::ec2 {
namespace {

std::vector<std::unique_ptr<fleet::EngineKind>> make_kinds(const services::FleetParts& parts) {
  std::vector<std::unique_ptr<fleet::EngineKind>> kinds;
  kinds.push_back(make_instance_kind(parts));
  return kinds;
}

}  // namespace

const services::Service& manifest() {
  static const services::Service all{
      .model = service(),
      .rows = {&regions_operations, &vpcs_operations, &subnets_operations, &route_tables_operations,
                &internet_gateways_operations, &network_acls_operations, &dhcp_options_operations,
                &security_groups_operations, &security_group_rules_operations, &rule_updates_operations,
                &interfaces_operations, &tags_operations, &default_vpc_operations, &dhcp_options_changes_operations,
                &network_acl_changes_operations, &network_acl_entries_operations, &subnet_blocks_operations,
                &subnet_changes_operations, &vpc_attributes_operations, &vpc_blocks_operations, &routes_operations,
                &route_table_associations_operations, &egress_only_gateways_operations, &nat_gateways_operations,
                &addresses_operations, &peerings_operations, &peering_options_operations, &endpoints_operations,
                &endpoint_services_operations, &prefix_lists_operations, &prefix_list_changes_operations,
                &group_associations_operations, &group_references_operations, &images_operations,
                &instance_attributes_operations, &instance_profiles_operations, &instance_settings_operations,
                &instance_states_operations, &instance_types_operations, &instances_operations,
                &interface_addresses_operations, &interface_attachments_operations, &interface_attributes_operations,
                &key_pairs_operations, &run_instances_operations},
      .spaces = {&host_addresses, &dhcp_options, &vpcs, &subnets, &security_groups, &security_group_rules,
                &route_tables, &internet_gateways, &network_acls, &network_interfaces, &prefix_lists,
                &default_networks, &egress_only_gateways, &peerings, &instances, &instance_states, &nat_gateways,
                &addresses, &vpc_endpoints, &security_group_vpcs, &key_pairs},
      .quotas = {&rules_per_security_group, &groups_per_interface, &groups_per_region, &interfaces_per_region,
                &routes_per_table, &route_tables_per_vpc, &internet_gateways_per_region,
                &egress_only_gateways_per_region, &nat_gateways_per_zone, &elastic_addresses_per_region,
                &peerings_per_vpc, &outstanding_peerings, &gateway_endpoints_per_region, &interface_endpoints_per_vpc,
                &vpcs_per_region, &subnets_per_vpc, &ipv4_blocks_per_vpc, &ipv6_blocks_per_vpc, &network_acls_per_vpc,
                &rules_per_network_acl, &prefix_lists_per_region, &vcpus_per_region},
      .add_tagged = add_tagged,
      .is_regional = true,
      .make_kinds = make_kinds,
  };
  return all;
}

}  // namespace haar::ec2
