// How long AWS shows what is over. Afterwards it is erased (control/retention.h).
#pragma once

#include "services/ec2/gateways/records.h"
#include "services/ec2/peering/records.h"

namespace haar::ec2 {

// "A deleted NAT gateway remains visible in the console for about an hour", and so does a failed one.
// https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-working-with.html
inline constexpr std::int64_t nat_gateway_kept_seconds = 3600;
// "An expired, deleted or rejected connection remains visible to the requester for 2 days, to the accepter for 2 hours."
// https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html#vpc-peering-lifecycle
inline constexpr std::int64_t peering_shown_to_requester_seconds = 2LL * 24 * 3600;
inline constexpr std::int64_t peering_shown_to_accepter_seconds = 2LL * 3600;

inline bool is_forgotten(const NatGatewayRecord& gateway, Timestamp now) {
  return gateway.ended_at != Timestamp{} && gateway.ended_at.plus_seconds(nat_gateway_kept_seconds) <= now;
}

// A request that nobody has answered ends when it expires, whether somebody has looked since or not.
inline Timestamp end_of(const PeeringRecord& peering, Timestamp now) {
  if (peering.status != "pending-acceptance") return peering.ended_at;
  return peering.expires_at <= now ? peering.expires_at : Timestamp{};
}
inline bool is_forgotten(const PeeringRecord& peering, Timestamp now) {
  const Timestamp end = end_of(peering, now);
  return end != Timestamp{} && end.plus_seconds(peering_shown_to_requester_seconds) <= now;
}

}  // namespace haar::ec2
