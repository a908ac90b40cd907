#include "services/ec2/gateways/records.h"

#include "store/key_space.h"

namespace haar::ec2 {

const store::Index<RouteTableRecord> route_tables_by_vpc{
    "by-vpc", [](const store::Key& key, const RouteTableRecord& it, store::Terms& out) {
      out.add(key.account(), key.region(), it.vpc_id);
    }};
const store::Index<RouteTableRecord> route_tables_by_subnet{
    "by-subnet", [](const store::Key& key, const RouteTableRecord& it, store::Terms& out) {
      for (const auto& association : it.associations) {
        if (!association.subnet_id.empty()) out.add(key.account(), key.region(), association.subnet_id);
      }
    }};
const store::Index<InternetGatewayRecord> internet_gateways_by_vpc{
    "by-vpc", [](const store::Key& key, const InternetGatewayRecord& it, store::Terms& out) {
      if (!it.vpc_id.empty()) out.add(key.account(), key.region(), it.vpc_id);
    }};
const store::Index<EgressOnlyGatewayRecord> egress_only_gateways_by_vpc{
    "by-vpc", [](const store::Key& key, const EgressOnlyGatewayRecord& it, store::Terms& out) {
      out.add(key.account(), key.region(), it.vpc_id);
    }};
const store::Index<NatGatewayRecord> nat_gateways_by_vpc{
    "by-vpc", [](const store::Key& key, const NatGatewayRecord& it, store::Terms& out) {
      if (it.is_available()) out.add(key.account(), key.region(), it.vpc_id);
    }};
const store::Index<NatGatewayRecord> nat_gateways_by_subnet{
    "by-subnet", [](const store::Key& key, const NatGatewayRecord& it, store::Terms& out) {
      if (it.is_available()) out.add(key.account(), key.region(), it.subnet_id);
    }};

const store::KeySpace<RouteTableRecord> route_tables{"ec2/route-table", {&route_tables_by_vpc, &route_tables_by_subnet}};
const store::KeySpace<InternetGatewayRecord> internet_gateways{"ec2/internet-gateway", {&internet_gateways_by_vpc}};
const store::KeySpace<EgressOnlyGatewayRecord> egress_only_gateways{
    "ec2/egress-only-gateway", {&egress_only_gateways_by_vpc}};
const store::KeySpace<NatGatewayRecord> nat_gateways{"ec2/nat-gateway", {&nat_gateways_by_vpc, &nat_gateways_by_subnet}};

}  // namespace haar::ec2
