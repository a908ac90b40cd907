#include "services/rdsdata/array_text.h"

#include <gtest/gtest.h>

namespace haar::rdsdata {
namespace {

TEST(ArrayText, ReadsWhatPostgresWrites) {
  const auto plain = read_array(R"({1,NULL,"a,b","say \"hi\"","back\\slash","NULL",""})");
  ASSERT_TRUE(plain);
  EXPECT_TRUE(plain->has_null);
  const std::vector<std::optional<std::string>> wanted{"1", std::nullopt, "a,b", "say \"hi\"", "back\\slash", "NULL", ""};
  EXPECT_EQ(plain->values, wanted);
  const auto nested = read_array("{{1,2},{3,4}}");
  ASSERT_TRUE(nested && nested->nested.size() == 2);
  EXPECT_EQ(nested->nested[1].values, (std::vector<std::optional<std::string>>{"3", "4"}));
  ASSERT_TRUE(read_array("{}"));
  EXPECT_TRUE(read_array("{}")->values.empty());
  ASSERT_TRUE(read_array("[0:1]={5,6}"));
  EXPECT_EQ(read_array("[0:1]={5,6}")->values.size(), 2U);
}

TEST(ArrayText, RefusesEverythingElse) {
  for (const char* text : {"", "1", "{", "}", "{1", "{1}}", "{1,", "{\"a}", "{\"a\\", "[0:1]", "[0:1]=5", "{{{{{{{1}}}}}}}"})
    EXPECT_FALSE(read_array(text)) << text;
}

}  // namespace
}  // namespace haar::rdsdata
