// What a call of RunInstances asks for, read and checked: RunInstances makes it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "model/ec2/RunInstances.h"
#include "services/ec2/instances/images.h"
#include "services/ec2/instances/instance_types.h"
#include "services/ec2/interfaces/interfaces.h"
#include "services/ec2/resources.h"

namespace haar::ec2 {

// One interface of each instance: a new one, or one that exists.
struct DeviceWish {
  std::int32_t index = 0;
  bool delete_on_termination = true;
  const NetworkInterfaceRecord* existing = nullptr;
  // Of a new one.
  std::vector<std::string> group_ids{};
  std::string description{};
  AddressWish addresses{};
  bool public_ip = false;
};

struct Launch {
  const ImageFacts* image = nullptr;
  const data::InstanceType* type = nullptr;
  const SubnetRecord* subnet = nullptr;
  std::vector<DeviceWish> devices{};
  InstanceRecord common{};  // what all of them have
  std::string user_data{};  // sealed for each
  Tags interface_tags{};
};

// Everything that can be wrong with a call, but for what runs out while it is done.
Result<Launch> read_launch(const api::Call& call, const RunInstancesRequest& in);

// For resolvers: the subnet that the call means, or chooses; nullptr: none.
const SubnetRecord* subnet_of_launch(const api::Call& call, const RunInstancesRequest& in);
// The tags of one type of resource, whatever they are.
Tags tags_for(const RunInstancesRequest& in, std::string_view type);

}  // namespace haar::ec2
