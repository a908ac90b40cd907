// Entries of network ACLs as requests carry them and as they are kept.
// https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/ec2/CreateNetworkAcl.h"
#include "services/ec2/resources.h"

namespace haar::ec2 {

// Rule numbers that a person can use.
inline constexpr std::int32_t acl_rule_min = 1, acl_rule_max = 32766;
Result<void> check_acl_rule_number(std::int32_t number);

// What CreateNetworkAclEntry and ReplaceNetworkAclEntry say of an entry.
struct WantedAclEntry {
  std::int32_t number = 0;
  bool egress = false;
  const std::string& protocol;
  const std::string& action;
  const std::optional<std::string>& cidr;
  const std::optional<std::string>& ipv6_cidr;
  const std::optional<IcmpTypeCode>& icmp;
  const std::optional<PortRange>& ports;
};
Result<NetworkAclEntryRecord> read_acl_entry(const WantedAclEntry& wanted);

// As answers show them: outbound first, each direction in the order in which it is evaluated.
void sort_acl_entries(std::vector<NetworkAclEntryRecord>& entries);

NetworkAclEntry acl_entry_view(const NetworkAclEntryRecord& entry);
NetworkAcl network_acl_view(const api::Call& call, const NetworkAclRecord& record);

}  // namespace haar::ec2
