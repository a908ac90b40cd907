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

const store::KeySpace<InstanceRecord> instances{"ec2/instance", {&instances_by_profile, &instances_by_client_token}};
const store::KeySpace<InstanceSeenRecord> instance_states{"ec2/instance-state"};

}  // namespace haar::ec2
