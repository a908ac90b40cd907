#include "services/secretsmanager/filters.h"

#include <gtest/gtest.h>

namespace haar::secretsmanager {
namespace {

SecretRecord secret() {
  SecretRecord record;
  record.name = "Prod/shop/db";
  record.description = "The Shop's database";
  record.tags = {{"Team", "Blue"}};
  record.owning_service = "rds";
  return record;
}

Filter filter(std::string key, std::vector<std::string> values) {
  Filter out;
  out.Key = std::move(key);
  out.Values = std::move(values);
  return out;
}

TEST(Filters, CompareBeginningsAsEachFieldDoes) {
  struct Case {
    const char* key;
    std::vector<std::string> values;
    bool matches;
  };
  const std::vector<Case> cases = {
      {"name", {"Prod/"}, true},          {"name", {"prod/"}, false},      {"name", {"shop"}, false},
      {"name", {"x", "Prod"}, true},      {"name", {"!Prod"}, false},      {"name", {"!Test"}, true},
      {"name", {"Prod", "!Prod/s"}, false}, {"description", {"the sh"}, true}, {"description", {"DATAB"}, true},
      {"description", {"base"}, false},   {"tag-key", {"Te"}, true},       {"tag-key", {"te"}, false},
      {"tag-value", {"Blue"}, true},      {"tag-value", {"blue"}, false},  {"owning-service", {"rds"}, true},
      {"owning-service", {"redshift"}, false}, {"primary-region", {"us-"}, true}, {"primary-region", {"eu-"}, false},
      {"all", {"SHOP"}, true},            {"all", {"nothing blue"}, true}, {"all", {"nothing"}, false},
  };
  for (const Case& one : cases)
    EXPECT_EQ(matches({filter(one.key, one.values)}, secret(), "us-east-1"), one.matches) << one.key << " " << one.values.front();
}

TEST(Filters, AreAllToMatch) {
  EXPECT_TRUE(matches({}, secret(), "us-east-1"));
  EXPECT_TRUE(matches({filter("name", {"Prod"}), filter("tag-key", {"Team"})}, secret(), "us-east-1"));
  EXPECT_FALSE(matches({filter("name", {"Prod"}), filter("tag-key", {"Cost"})}, secret(), "us-east-1"));
}

}  // namespace
}  // namespace haar::secretsmanager
