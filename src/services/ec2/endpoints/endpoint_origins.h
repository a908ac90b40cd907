// Which VPC endpoint a request to haar's API has come through.
//
// Who acts as an instance (`haar run --instance`) connects from the address of this machine that stands for the instance's
// interface. Where the VPC has an interface endpoint of the service with private names, and the endpoint stands in a subnet,
// the service's ordinary name leads to the endpoint: the request has come through it, its policy limits what may be done, and
// aws:SourceVpce and its kin are there. Every other request has come over the internet, as far as policies can tell.
// https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
#pragma once

#include <mutex>
#include <string>
#include <unordered_map>

#include "api/kit/network_origin.h"
#include "services/ec2/endpoints/records.h"

namespace haar::ec2 {

// Compiled policies remembered; beyond them all are forgotten.
inline constexpr std::size_t endpoint_policies_max = 1024;

class EndpointOrigins final : public api::NetworkOrigins {
 public:
  std::shared_ptr<const api::NetworkOrigin> find(const store::Reader& reader, const Partition& partition,
                                                 const ::haar::Region& region, std::string_view source_ip,
                                                 std::string_view service) override;

 private:
  struct Known {
    std::string text;
    std::shared_ptr<const policy::PolicySet> policy;
  };
  std::shared_ptr<const policy::PolicySet> policy_of(const VpcEndpointRecord& endpoint, const std::string& arn);

  std::mutex mutex_;
  std::unordered_map<std::string, Known> known_;  // by the endpoint's ARN
};

}  // namespace haar::ec2
