// Which instances of its cluster a custom endpoint leads to, and what becomes of the endpoints of a cluster or an instance
// that is deleted.
#pragma once

#include <string_view>
#include <vector>

#include "api/kit/call.h"
#include "services/rds/endpoints/records.h"
#include "services/rds/records.h"

namespace haar::rds {

// The endpoint's static members; without any, all that are not excluded. An instance whose role is not that of the
// endpoint's type stays on the list and is not led to while it has the other role.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Endpoints.Custom.html
std::vector<const InstanceRecord*> members_led_to(const CustomEndpointRecord& endpoint,
                                                  const std::vector<InstanceRecord>& instances, const InstanceRecord* writer);

// In the transaction that gives the instance, or the cluster, another identifier.
void rename_member(api::Call& call, std::string_view cluster_id, const std::string& from, const std::string& to);
void move_custom_endpoints(api::Call& call, const std::string& from_cluster, const std::string& to_cluster);

// In the transaction that removes the instance, or the cluster.
void forget_member(api::Call& call, std::string_view cluster_id, std::string_view instance_id);
void remove_custom_endpoints(api::Call& call, std::string_view cluster_id);

}  // namespace haar::rds
