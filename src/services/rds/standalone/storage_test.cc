#include "services/rds/standalone/storage.h"

#include <gtest/gtest.h>

namespace haar::rds {
namespace {

AskedStorage asked(std::int32_t gib, std::optional<std::string> type = {}, std::optional<std::int32_t> iops = {},
                   std::optional<std::int32_t> throughput = {}) {
  return {std::move(type), gib, iops, throughput};
}

TEST(InstanceStorage, has_the_defaults_of_its_type) {
  const struct {
    AskedStorage asked;
    InstanceStorage storage;
  } rows[] = {
      {asked(20), {"gp3", 20, 3'000, 125}},
      {asked(400), {"gp3", 400, 12'000, 500}},
      {asked(400, "gp3", 20'000, 1'000), {"gp3", 400, 20'000, 1'000}},
      {asked(20, "gp3", 3'000, 125), {"gp3", 20, 3'000, 125}},
      {asked(20, "gp2"), {"gp2", 20, 0, 0}},
      {asked(5, "standard"), {"standard", 5, 0, 0}},
      {asked(100, {}, 1'000), {"io1", 100, 1'000, 0}},
      {asked(100, "io2", 100'000), {"io2", 100, 100'000, 0}},
  };
  for (const auto& row : rows) {
    const Result<InstanceStorage> made = new_storage("postgres", row.asked);
    ASSERT_TRUE(made.ok()) << made.error().message;
    EXPECT_EQ(*made, row.storage) << row.storage.type << row.storage.gib;
  }
}

TEST(InstanceStorage, is_refused_in_aws_words) {
  const struct {
    AskedStorage asked;
    const char *code, *message;
  } rows[] = {
      {{}, "InvalidParameterValue", "The parameter AllocatedStorage must be provided and must not be blank."},
      {asked(19, "gp2"), "InvalidParameterValue", "Invalid storage size for engine name postgres and storage type gp2: 19"},
      {asked(65'537), "InvalidParameterValue", "Invalid storage size for engine name postgres and storage type gp3: 65537"},
      {asked(20, "gp3", 4'000), "InvalidParameterCombination",
       "You can't specify IOPS or storage throughput for engine postgres and a storage size less than 400."},
      {asked(20, "gp9"), "InvalidParameterValue", "Invalid storage type: gp9"},
      {asked(20, "gp2", 1'000), "InvalidParameterCombination", "Iops can't be specified with the storage type gp2."},
      {asked(100, "io1"), "InvalidParameterCombination", "You must specify Iops when you specify the storage type io1."},
      {asked(100, "io1", 10'000), "InvalidParameterCombination",
       "The IOPS to GiB ratio 100 is not between 0.5 and 50, as the storage type io1 demands."},
  };
  for (const auto& row : rows) {
    const Result<InstanceStorage> made = new_storage("postgres", row.asked);
    ASSERT_FALSE(made.ok()) << row.message;
    EXPECT_EQ(made.error().code, row.code);
    EXPECT_EQ(made.error().message, row.message);
  }
}

TEST(InstanceStorage, grows_by_a_tenth_at_least_and_never_shrinks) {
  const InstanceStorage now{"gp2", 100, 0, 0};
  EXPECT_EQ(changed_storage("postgres", now, asked(101))->gib, 110);
  EXPECT_EQ(changed_storage("postgres", now, asked(120))->gib, 120);
  EXPECT_EQ(changed_storage("postgres", {"gp2", 25, 0, 0}, asked(26))->gib, 28);
  EXPECT_EQ(changed_storage("postgres", now, asked(100))->gib, 100);
  EXPECT_EQ(changed_storage("postgres", now, asked(99)).error().code, "InvalidParameterCombination");
  EXPECT_EQ(*changed_storage("postgres", now, {"gp3", {}, {}, {}}), (InstanceStorage{"gp3", 100, 3'000, 125}));
  EXPECT_EQ(*changed_storage("postgres", {"gp3", 390, 3'000, 125}, asked(450)), (InstanceStorage{"gp3", 450, 12'000, 500}));
  EXPECT_EQ(*changed_storage("postgres", {"io1", 100, 2'000, 0}, asked(200)), (InstanceStorage{"io1", 200, 2'000, 0}));
}

}  // namespace
}  // namespace haar::rds
