#include "tls/ticket_keys.h"

#include <gtest/gtest.h>

namespace haar::tls {
namespace {

constexpr std::int64_t period = TicketKeys::period_seconds;

std::string_view name_of(const TicketKey& key) { return {reinterpret_cast<const char*>(key.name.data()), key.name.size()}; }

TEST(TicketKeysTest, AKeySealsForOnePeriodAndOpensForTwo) {
  ManualClock clock(Timestamp::from_seconds(1'795'000'000));
  TicketKeys keys(clock);
  const TicketKey first = keys.current();
  clock.advance_seconds(period - 1);
  EXPECT_EQ(name_of(keys.current()), name_of(first));
  EXPECT_TRUE(keys.find(name_of(first))->is_current);
  clock.advance_seconds(1);
  const TicketKey second = keys.current();
  EXPECT_NE(name_of(second), name_of(first));
  EXPECT_NE(second.cipher, first.cipher);
  EXPECT_NE(second.mac, first.mac);
  ASSERT_TRUE(keys.find(name_of(first)));
  EXPECT_FALSE(keys.find(name_of(first))->is_current);
  clock.advance_seconds(period - 1);
  EXPECT_TRUE(keys.find(name_of(first)));
  clock.advance_seconds(1);
  EXPECT_FALSE(keys.find(name_of(first)));
  EXPECT_FALSE(keys.find(name_of(second))->is_current);
}

TEST(TicketKeysTest, AfterALongPauseNothingOldOpens) {
  ManualClock clock(Timestamp::from_seconds(1'795'000'000));
  TicketKeys keys(clock);
  const TicketKey first = keys.current();
  clock.advance_seconds(2 * period);
  EXPECT_FALSE(keys.find(name_of(first)));
  EXPECT_FALSE(keys.find("short"));
  EXPECT_FALSE(keys.find(""));
}

}  // namespace
}  // namespace haar::tls
