#include "services/ec2/endpoints/records.h"

#include "store/key_space.h"

namespace haar::ec2 {

const store::Index<VpcEndpointRecord> vpc_endpoints_by_vpc{
    "by-vpc", [](const store::Key& key, const VpcEndpointRecord& it, store::Terms& out) {
      out.add(key.account(), key.region(), it.vpc_id);
    }};
const store::Index<VpcEndpointRecord> vpc_endpoints_by_subnet{
    "by-subnet", [](const store::Key& key, const VpcEndpointRecord& it, store::Terms& out) {
      for (const EndpointSubnetRecord& subnet : it.subnets) out.add(key.account(), key.region(), subnet.subnet_id);
    }};
const store::Index<VpcEndpointRecord> vpc_endpoints_by_group{
    "by-group", [](const store::Key& key, const VpcEndpointRecord& it, store::Terms& out) {
      for (const std::string& group : it.group_ids) out.add(key.account(), key.region(), group);
    }};

const store::KeySpace<VpcEndpointRecord> vpc_endpoints{
    "ec2/vpc-endpoint", {&vpc_endpoints_by_vpc, &vpc_endpoints_by_subnet, &vpc_endpoints_by_group}};

}  // namespace haar::ec2
