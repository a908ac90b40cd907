#include "services/rds/names.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace haar::rds {
namespace {

TEST(Names, DatabasesBeginWithALetter) {
  for (const char* name : {"shop", "Shop2", "s", "web_shop"}) EXPECT_TRUE(check_database_name(name).ok()) << name;
  const std::vector<std::string> bad{"", "_shop", "1shop", "web-shop", std::string(64, 'a')};
  for (const std::string& name : bad) {
    const Result<void> answer = check_database_name(name);
    ASSERT_FALSE(answer.ok()) << name;
    EXPECT_EQ(answer.error().code, "InvalidParameterValue");
    EXPECT_EQ(answer.error().message, "DatabaseName must begin with a letter and contain only alphanumeric characters.");
  }
}

TEST(Names, AMasterUserMayBeCalledRootAndNotAsTheEnginesOwn) {
  for (const char* name : {"root", "ana", "Postgres_1"}) EXPECT_TRUE(check_master_username(name).ok()) << name;
  for (const char* name : {"admin", "rdsadmin", "rds_superuser", "rds_any", "pg_any", "public"}) {
    const Result<void> answer = check_master_username(name);
    ASSERT_FALSE(answer.ok()) << name;
    EXPECT_EQ(answer.error().message,
              "MasterUsername " + std::string(name) + " cannot be used as it is a reserved word used by the engine");
  }
  for (const char* name : {"", "_root", "1st", "a b"}) EXPECT_FALSE(check_master_username(name).ok()) << name;
}

}  // namespace
}  // namespace haar::rds
