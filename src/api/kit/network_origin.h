// What the pipeline asks of whoever keeps networks: whether a request has come through a VPC endpoint. services/ec2
// implements it; the pipeline stands below it and so knows only this.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/names.h"
#include "policy/policy_set.h"
#include "store/reader.h"

namespace haar::api {

// An endpoint, and whence in its VPC the request has come. Immutable.
struct NetworkOrigin {
  AccountId account;        // of the endpoint: aws:VpceAccount
  std::string endpoint_id;  // aws:SourceVpce
  std::string vpc_id;       // aws:SourceVpc
  std::string vpc_arn;      // aws:SourceVpcArn
  std::string private_ip;   // aws:VpcSourceIp
  std::shared_ptr<const policy::PolicySet> policy;  // the endpoint's; null: it allows everything
};

// In the Environment's parts; where it is not, no request has.
class NetworkOrigins {
 public:
  virtual ~NetworkOrigins() = default;
  // `service`: as in its endpoint's name, "sts". nullptr: the request has come through no endpoint. Asked for every request.
  virtual std::shared_ptr<const NetworkOrigin> find(const store::Reader& reader, const Partition& partition,
                                                    const Region& region, std::string_view source_ip,
                                                    std::string_view service) = 0;
};

}  // namespace haar::api
