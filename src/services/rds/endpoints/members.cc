#include "services/rds/endpoints/members.h"

#include <algorithm>
#include <string>

#include "services/ec2/interfaces/managed_endpoints.h"

namespace haar::rds {
namespace {

bool holds(const std::vector<std::string>& ids, const std::string& id) { return std::ranges::find(ids, id) != ids.end(); }

// Copies: the index must not be read while its records change.
std::vector<CustomEndpointRecord> endpoints_of(const api::Call& call, std::string_view cluster_id) {
  std::vector<CustomEndpointRecord> out;
  for (const auto& [key, endpoint] : call.txn.find(custom_endpoints, custom_endpoints_by_cluster,
                                                   store::join(call.account(), call.region(), std::string(cluster_id))))
    out.push_back(endpoint);
  return out;
}

}  // namespace

std::vector<const InstanceRecord*> members_led_to(const CustomEndpointRecord& endpoint,
                                                  const std::vector<InstanceRecord>& instances, const InstanceRecord* writer) {
  std::vector<const InstanceRecord*> out;
  for (const InstanceRecord& one : instances) {
    const bool writes = writer != nullptr && writer->id == one.id;
    if (endpoint.type == (writes ? "READER" : "WRITER") || one.deleting) continue;
    const bool listed = endpoint.static_members.empty() ? !holds(endpoint.excluded_members, one.id)
                                                        : holds(endpoint.static_members, one.id);
    if (listed) out.push_back(&one);
  }
  return out;
}

void rename_member(api::Call& call, std::string_view cluster_id, const std::string& from, const std::string& to) {
  for (CustomEndpointRecord& endpoint : endpoints_of(call, cluster_id)) {
    std::ranges::replace(endpoint.static_members, from, to);
    std::ranges::replace(endpoint.excluded_members, from, to);
    const store::Key key = call.key(endpoint.id);
    call.txn.put(custom_endpoints, key, std::move(endpoint));
  }
}

void move_custom_endpoints(api::Call& call, const std::string& from_cluster, const std::string& to_cluster) {
  for (CustomEndpointRecord& endpoint : endpoints_of(call, from_cluster)) {
    endpoint.cluster_id = to_cluster;
    const store::Key key = call.key(endpoint.id);
    call.txn.put(custom_endpoints, key, std::move(endpoint));
  }
}

void forget_member(api::Call& call, std::string_view cluster_id, std::string_view instance_id) {
  for (CustomEndpointRecord& endpoint : endpoints_of(call, cluster_id)) {
    const std::size_t gone =
        std::erase(endpoint.static_members, instance_id) + std::erase(endpoint.excluded_members, instance_id);
    if (gone == 0) continue;
    const store::Key key = call.key(endpoint.id);
    call.txn.put(custom_endpoints, key, std::move(endpoint));
  }
}

void remove_custom_endpoints(api::Call& call, std::string_view cluster_id) {
  for (const CustomEndpointRecord& endpoint : endpoints_of(call, cluster_id)) {
    ec2::release_host_address(call.txn, endpoint.address);
    call.txn.erase(custom_endpoints, call.key(endpoint.id));
  }
}

}  // namespace haar::rds
