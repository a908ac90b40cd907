// VPC peering connections as they are kept: one record, seen by both accounts.
// https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "services/ec2/tags_type.h"
#include "store/space.h"

namespace haar::ec2 {

struct PeeringSideRecord {
  std::string account;
  std::string region;
  std::string vpc_id;
  std::vector<std::string> cidrs;  // of the VPC, when the connection was asked for or accepted
  std::vector<std::string> ipv6_cidrs;
  bool dns_resolution = false;  // AllowDnsResolutionFromRemoteVpc
  Tags tags;                    // each account has its own

  template <class V>
  void fields(V& v) {
    v(1, account); v(2, region); v(3, vpc_id); v(4, cidrs); v(5, ipv6_cidrs); v(6, dns_resolution); v(7, tags);
  }
};

// Its key is the requester's account and region.
struct PeeringRecord {
  static constexpr std::string_view record_name = "ec2.vpc-peering";
  static constexpr std::uint32_t record_version = 1;

  std::string id;  // pcx-…
  PeeringSideRecord requester;
  PeeringSideRecord accepter;
  std::string status;  // pending-acceptance, active, expired, rejected, failed, deleted
  std::string status_message;
  Timestamp expires_at;  // while it is pending
  Timestamp ended_at;    // rejected, failed, expired, deleted: it is shown a while longer

  [[nodiscard]] bool is_active() const { return status == "active"; }

  template <class V>
  void fields(V& v) {
    v(1, id); v(2, requester); v(3, accepter); v(4, status); v(5, status_message); v(6, expires_at); v(7, ended_at);
  }
};

// By account and region of each side, and by these and the VPC; a connection within one VPC's region has both.
extern const store::Index<PeeringRecord> peerings_by_account;
extern const store::Index<PeeringRecord> peerings_by_vpc;

extern const store::KeySpace<PeeringRecord> peerings;

}  // namespace haar::ec2
