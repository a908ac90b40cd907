#include "services/ec2/endpoints/endpoint_origins.h"

#include <cassert>

#include "base/arn.h"
#include "services/ec2/endpoints/services.h"
#include "services/ec2/interfaces/records.h"

namespace haar::ec2 {
namespace {

const VpcEndpointRecord* endpoint_for(const store::Reader& reader, const store::Key& interface_key,
                                      const NetworkInterfaceRecord& interface, std::string_view service) {
  const store::Key term = store::join(interface_key.account(), interface_key.region(), interface.vpc_id);
  for (const auto& [key, endpoint] : reader.find(vpc_endpoints, vpc_endpoints_by_vpc, term)) {
    if (!endpoint.private_dns || endpoint.subnets.empty()) continue;
    if (endpoint.service_name.substr(endpoint.service_name.rfind('.') + 1) == service) return &endpoint;
  }
  return nullptr;
}

}  // namespace

std::shared_ptr<const api::NetworkOrigin> EndpointOrigins::find(const store::Reader& reader, const Partition& partition,
                                                                const ::haar::Region& region, std::string_view source_ip,
                                                                std::string_view service) {
  // Most installations have no endpoint at all.
  if (reader.count(vpc_endpoints, {}) == 0) return nullptr;
  const auto interface = reader.find(network_interfaces, interfaces_by_host_address, store::join(source_ip)).first();
  if (!interface || interface->key.region() != region.value) return nullptr;
  const VpcEndpointRecord* endpoint = endpoint_for(reader, interface->key, interface->record, service);
  if (endpoint == nullptr) return nullptr;
  auto origin = std::make_shared<api::NetworkOrigin>();
  origin->account = interface->key.account();
  origin->endpoint_id = endpoint->id;
  origin->vpc_id = endpoint->vpc_id;
  origin->vpc_arn = make_arn(partition, "ec2", region.value, origin->account, "vpc/" + endpoint->vpc_id);
  origin->private_ip = interface->record.private_ip;
  origin->policy =
      policy_of(*endpoint, make_arn(partition, "ec2", region.value, origin->account, "vpc-endpoint/" + endpoint->id));
  return origin;
}

std::shared_ptr<const policy::PolicySet> EndpointOrigins::policy_of(const VpcEndpointRecord& endpoint,
                                                                    const std::string& arn) {
  if (endpoint.policy.empty()) return nullptr;
  const std::lock_guard lock(mutex_);
  if (const auto found = known_.find(arn); found != known_.end() && found->second.text == endpoint.policy) {
    return found->second.policy;
  }
  // Only what the parser takes is stored. If it should not, nothing is allowed.
  const auto document = policy::parse(endpoint.policy, policy::Kind::endpoint);
  assert(document.ok());
  auto set = document.ok() ? policy::PolicySet::build({arn, policy::SourceType::endpoint, document.value()})
                           : policy::PolicySet::build(std::vector<policy::Attached>());
  if (known_.size() >= endpoint_policies_max) known_.clear();
  known_.insert_or_assign(arn, Known{endpoint.policy, set});
  return set;
}

}  // namespace haar::ec2
