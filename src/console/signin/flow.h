// The steps of a sign-in after the password: a device, a new password, a device for root. What has been shown so far is
// kept in a record, which only the browser that showed it can name, and which is over after some minutes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/kit/call.h"
#include "console/signin/flow_records.h"

namespace haar::console {

inline constexpr std::string_view flow_cookie = "haar_flow";
inline constexpr std::int64_t flow_seconds = 600;
// Of one principal at once; the oldest ends when one more begins.
inline constexpr std::size_t flows_per_principal_max = 10;

struct Flow {
  AccountId account;
  FlowRecord record;
  [[nodiscard]] bool root() const { return record.user_name.empty(); }
};

// The flow of a cookie, if it is not over and the password is still the one that was right.
std::optional<Flow> find_flow(const api::Environment& env, const store::Reader& reader, std::string_view cookie);
// Stores it; the cookie of a new one (empty: it has one already).
std::string put_flow(const api::Environment& env, store::Txn& txn, Flow& flow);
void end_flow(store::Txn& txn, const Flow& flow);

inline bool is_over(const FlowRecord& record, Timestamp now) { return record.created.plus_seconds(flow_seconds) <= now; }

}  // namespace haar::console
