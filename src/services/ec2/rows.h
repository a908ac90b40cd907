// What every file of rows in this folder includes, and the tables of rows that operations.cc registers.
#pragma once

#include "api/kit/row.h"
#include "services/ec2/filters.h"
#include "services/ec2/listing.h"
#include "services/ec2/network/network.h"
#include "services/ec2/quotas.h"
#include "services/ec2/resources.h"
#include "services/ec2/tagging.h"

namespace haar::ec2 {

using api::on;
using api::op;
using api::read_only;
using api::takes;
using api::without_effect;

extern const api::Operations images_operations, instance_attributes_operations, instance_profiles_operations,
    instance_settings_operations, instance_states_operations, instance_types_operations, instances_operations,
    interface_addresses_operations, interface_attachments_operations, interface_attributes_operations, run_instances_operations;
extern const api::Operations dhcp_options_operations, interfaces_operations, internet_gateways_operations, key_pairs_operations,
    network_acls_operations, regions_operations, route_tables_operations, rule_updates_operations,
    security_group_rules_operations, security_groups_operations, subnets_operations, tags_operations, vpcs_operations;
extern const api::Operations default_vpc_operations, dhcp_options_changes_operations, group_associations_operations,
    group_references_operations, network_acl_changes_operations, network_acl_entries_operations, prefix_lists_operations,
    prefix_list_changes_operations, subnet_blocks_operations, subnet_changes_operations, vpc_attributes_operations,
    vpc_blocks_operations;

extern const api::Operations addresses_operations, egress_only_gateways_operations, endpoint_services_operations,
    endpoints_operations, nat_gateways_operations, peering_options_operations, peerings_operations,
    route_table_associations_operations, routes_operations;

}  // namespace haar::ec2
