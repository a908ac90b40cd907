// Settings of instances that a launch and later calls say in the same words.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "services/ec2/instances/records.h"

namespace haar::ec2 {

Result<void> check_hop_limit(std::int32_t limit);
Result<void> check_credits(const std::string& credits);

// The model says which words there are.
template <class Request>
Result<void> set_metadata_options(const Request& in, MetadataOptionsRecord& options) {
  if (in.HttpPutResponseHopLimit) TRY(check_hop_limit(*in.HttpPutResponseHopLimit));
  if (in.HttpTokens) options.tokens_required = *in.HttpTokens == "required";
  if (in.HttpEndpoint) options.enabled = *in.HttpEndpoint == "enabled";
  if (in.HttpProtocolIpv6) options.ipv6 = *in.HttpProtocolIpv6 == "enabled";
  if (in.InstanceMetadataTags) options.tags = *in.InstanceMetadataTags == "enabled";
  if (in.HttpPutResponseHopLimit) options.hop_limit = *in.HttpPutResponseHopLimit;
  return {};
}

}  // namespace haar::ec2
