// What an account used in this month: hours of database instances and of cache nodes, and storage that was asked for, at the
// operator's prices, which are zero unless they are set. Of what runs now, and of what was deleted since the month began, as the
// events tell.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/names.h"
#include "base/result.h"
#include "store/db.h"

namespace haar::console {

struct Prices {
  double instance_hour = 0, node_hour = 0, storage_gib_month = 0;  // US dollars
};
// "instance-hour=0.05,node-hour=0.02,storage-gib-month=0.1". InvalidConfiguration names what it cannot be.
Result<Prices> read_prices(std::string_view text);

struct UsageLine {
  std::string service, region, unit;  // "rds", "eu-west-1", "instance-hours of db.t4g.medium"
  double quantity = 0, price = 0;
};
inline constexpr std::size_t usage_lines_max = 1'000;

// The first moment of the month of `now` (UTC).
Timestamp month_begin(Timestamp now);
// The hours from `from` to `to` that lie in the month up to `now`. Pure.
double hours_in_month(Timestamp from, Timestamp to, Timestamp now);
std::vector<UsageLine> usage_of(const store::Db& db, const AccountId& account, const Prices& prices, Timestamp now);

}  // namespace haar::console
