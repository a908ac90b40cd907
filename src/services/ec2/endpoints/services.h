// The services that a VPC endpoint can lead to: what haar serves, by interface endpoints, and S3 and DynamoDB by gateway
// endpoints, which are what AWS has of that type. haar serves neither of these two: their prefix lists have no entries
// (network/prefix_lists.h), so that a route to them leads no packet anywhere.
// https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace haar::ec2 {

struct EndpointService {
  std::string name;           // "com.amazonaws.us-east-1.sts"
  std::string type;           // Gateway, Interface
  std::string id;             // vpce-svc-…
  std::string endpoint_name;  // the service's own in the answers' names: "sts.us-east-1"
  std::string private_dns_name;  // "sts.us-east-1.amazonaws.com"; of an interface endpoint
  std::string prefix_list_id;    // of a gateway endpoint
};

// Of a region, in the order of their names.
std::vector<EndpointService> endpoint_services(std::string_view region);
std::optional<EndpointService> find_endpoint_service(std::string_view region, std::string_view name);

}  // namespace haar::ec2
