#include "services/elasticache/users/records.h"

#include <gtest/gtest.h>

#include "store/golden.h"

namespace haar::elasticache {
namespace {

TEST(Records, a_user_is_read_as_he_was_written) {
  UserRecord r;
  r.id = "ana";
  r.name = "Ana";
  r.engine = engine::redis;
  r.access_string = "on ~app:* +@read";
  r.authentication = authentication::password;
  r.passwords = {std::string("\x01\0\xff", 3), "sealed"};
  r.generation = 4;
  r.deleting = true;
  r.tags = {{"team", "red"}};
  r.created_at = Timestamp{1'700'000'000'000'000};
  const Result<void> read = store::check_goldens<UserRecord>({{1, r}});
  EXPECT_TRUE(read.ok()) << read.error().message;
}

TEST(Records, a_user_group_is_read_as_it_was_written) {
  UserGroupRecord r;
  r.id = "staff";
  r.engine = "valkey";
  r.user_ids = {"default", "ana"};
  r.generation = 2;
  r.tags = {{"team", "red"}};
  r.created_at = Timestamp{1'700'000'000'000'001};
  const Result<void> read = store::check_goldens<UserGroupRecord>({{1, r}});
  EXPECT_TRUE(read.ok()) << read.error().message;
}

}  // namespace
}  // namespace haar::elasticache
