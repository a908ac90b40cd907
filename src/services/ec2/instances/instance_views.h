// Instances as answers show them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/ec2/DescribeInstances.h"
#include "services/ec2/instances/instances.h"
#include "services/ec2/resources.h"

namespace haar::ec2 {

// With what a reservation says of its instances, by which they are looked for too.
struct ShownInstance : Instance {
  std::string reservation_id, owner_id;
  std::vector<std::string> interface_requesters, interface_tag_keys, interface_tag_values, interface_allocations,
      interface_associations;
};
ShownInstance instance_view(const api::Call& call, const InstanceRecord& record);
// Instances that were launched together, in one reservation.
std::vector<Reservation> reservations_of(std::vector<ShownInstance> shown);

InstanceState state_view(std::string_view state);
InstanceMetadataOptionsResponse metadata_view(const MetadataOptionsRecord& options);

// InvalidInstanceID.Malformed and .NotFound.
Result<const InstanceRecord*> require_instance(const api::Call& call, const std::string& id);
inline std::string_view state_in(const api::Call& call, const InstanceRecord& record) {
  return state_of(call.txn, call.key(record.id), record);
}

// The condition keys of an instance that is launched or that exists; `zone_id` may be empty.
void add_instance_keys(const InstanceRecord& record, api::Requirement& need);

}  // namespace haar::ec2
