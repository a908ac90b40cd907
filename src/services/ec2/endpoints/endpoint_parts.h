// The parts of a VPC endpoint: the routes of a gateway endpoint, the interfaces of an interface endpoint, its policy.
#pragma once

#include <string>

#include "base/result.h"
#include "services/ec2/endpoints/records.h"
#include "services/ec2/endpoints/services.h"
#include "services/ec2/resources.h"

namespace haar::ec2 {

// InvalidPolicyDocument unless the evaluator's own parser takes it as a policy of an endpoint.
Result<void> check_endpoint_policy(const std::string& text);
// What an endpoint without a policy of its own shows, as AWS writes it for the type.
std::string_view default_endpoint_policy(bool gateway);

// Puts the endpoint's route into the table, and the table into the record; the record is the caller's to store.
Result<void> add_route_table(api::Call& call, const EndpointService& service, VpcEndpointRecord& endpoint, const std::string& id);
Result<void> remove_route_table(api::Call& call, VpcEndpointRecord& endpoint, const std::string& id);

// An interface of the endpoint's in the subnet; one subnet a zone.
Result<void> add_subnet(api::Call& call, VpcEndpointRecord& endpoint, const std::string& id);
Result<void> remove_subnet(api::Call& call, VpcEndpointRecord& endpoint, const std::string& id);

// A group of the endpoint's VPC; its interfaces take what the record has when set_interface_groups() is called.
Result<void> add_group(const api::Call& call, VpcEndpointRecord& endpoint, const std::string& id);
Result<void> remove_group(VpcEndpointRecord& endpoint, const std::string& id);
void set_interface_groups(api::Call& call, const VpcEndpointRecord& endpoint);

// Private names need the VPC's names, and no other endpoint of the VPC that has the same ones.
Result<void> check_private_dns(const api::Call& call, const VpcRecord& vpc, const VpcEndpointRecord& endpoint,
                               const EndpointService& service);

}  // namespace haar::ec2
