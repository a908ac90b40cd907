#include "services/ec2/instances/records.h"

#include "store/key_space.h"

namespace haar::ec2 {

const store::Index<InstanceRecord> instances_by_profile{
    "by-profile", [](const store::Key& key, const InstanceRecord& it, store::Terms& out) {
      if (!it.profile_name.empty()) out.add(key.account(), key.region(), it.profile_name);
    }};
const store::Index<InstanceRecord> instances_by_client_token{
    "by-client-token", [](const store::Key& key, const InstanceRecord& it, store::Terms& out) {
      if (!it.client_token.empty()) out.add(key.account(), key.region(), it.client_token);
    }};
const store::Index<InstanceRecord> instances_by_profile_association{
    "by-profile-association", [](const store::Key& key, const InstanceRecord& it, store::Terms& out) {
      if (!it.profile_association_id.empty()) out.add(key.account(), key.region(), it.profile_association_id);
    }};
const store::Index<InstanceRecord> instances_by_vpc{
    "by-vpc", [](const store::Key& key, const InstanceRecord& it, store::Terms& out) {
      out.add(key.account(), key.region(), it.vpc_id);
    }};
const store::Index<InstanceRecord> instances_by_subnet{
    "by-subnet", [](const store::Key& key, const InstanceRecord& it, store::Terms& out) {
      out.add(key.account(), key.region(), it.subnet_id);
    }};
const store::Index<InstanceRecord> instances_by_id{
    "by-id", [](const store::Key&, const InstanceRecord& it, store::Terms& out) { out.add(it.id); }};
const store::Index<InstanceRecord> instances_by_host_address{
    "by-host-address", [](const store::Key&, const InstanceRecord& it, store::Terms& out) {
      if (!it.host_address.empty()) out.add(it.host_address);
    }};

const store::KeySpace<InstanceRecord> instances{
    "ec2/instance", {&instances_by_profile, &instances_by_client_token, &instances_by_profile_association, &instances_by_vpc,
                     &instances_by_subnet, &instances_by_id, &instances_by_host_address}};
const store::KeySpace<InstanceSeenRecord> instance_states{"ec2/instance-state"};

}  // namespace haar::ec2
