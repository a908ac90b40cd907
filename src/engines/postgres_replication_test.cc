#include "engines/postgres_replication.h"

#include <gtest/gtest.h>

#include <cstring>

namespace haar::engines::postgres {
namespace {

TEST(PostgresReplication, what_a_server_says_is_read_and_its_form_is_checked) {
  const Result<Replication> up = parse_replication("up 50332008 50331648 12");
  ASSERT_TRUE(up.ok());
  EXPECT_EQ(up->link, Link::up);
  EXPECT_EQ(up->received, 50332008U);
  EXPECT_EQ(up->replayed, 50331648U);
  EXPECT_EQ(up->lag_ms, 12U);
  EXPECT_EQ(parse_replication("none 1 1 0")->link, Link::none);
  EXPECT_EQ(parse_replication("down 1 1 0")->link, Link::down);
  for (const char* said : {"", "up", "up ", "up 1", "up 1 2", "up -1 2 3", "sideways 1 2 3", "up 99999999999999999999 1 1"})
    EXPECT_FALSE(parse_replication(said).ok()) << said;
}

std::string control(std::uint32_t state, std::uint64_t checkpoint) {
  std::string out(8192, '\0');
  std::memcpy(out.data() + 16, &state, sizeof state);
  std::memcpy(out.data() + 32, &checkpoint, sizeof checkpoint);
  return out;
}

// DBState: 1 is DB_SHUTDOWNED; 2 is of a reader that was shut down, 6 of a server that runs or was killed.
TEST(PostgresReplication, only_a_writer_that_ended_in_order_says_how_far_its_log_goes) {
  EXPECT_EQ(end_of_log(control(1, 0x3000028)), 0x3000029U);
  for (const std::uint32_t state : {0U, 2U, 3U, 4U, 5U, 6U, 77U}) EXPECT_FALSE(end_of_log(control(state, 0x3000028)));
  EXPECT_FALSE(end_of_log(std::string("short")));
}

}  // namespace
}  // namespace haar::engines::postgres
