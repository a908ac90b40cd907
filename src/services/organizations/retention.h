// How long AWS shows what is over. Afterwards it is erased (control/retention.h).
#pragma once

#include "services/organizations/records.h"

namespace haar::organizations {

// 90 days: https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateAccount.html
inline constexpr std::int64_t request_kept_seconds = 90LL * 24 * 3600;
// "An invitation is valid for 15 days"; closed ones are shown for 30 days more.
inline constexpr std::int64_t handshake_kept_seconds = 30LL * 24 * 3600;

inline bool is_forgotten(const AccountRequestRecord& request, Timestamp now) {
  return request.state != "IN_PROGRESS" && request.completed.plus_seconds(request_kept_seconds) < now;
}

inline bool is_forgotten(const HandshakeRecord& handshake, Timestamp now) {
  const Timestamp ended = handshake.state == "OPEN" ? handshake.expires : handshake.closed;
  return ended.plus_seconds(handshake_kept_seconds) < now;
}

}  // namespace haar::organizations
