#include "services/rds/parameters/formula.h"

#include <gtest/gtest.h>

#include <string>

namespace haar::rds {
namespace {

const FormulaFacts facts{std::uint64_t{16} << 30, 2, 5432};

TEST(Formula, what_aws_s_own_defaults_come_to) {
  EXPECT_EQ(evaluate("LEAST({DBInstanceClassMemory/9531392},5000)", facts), 1802);
  EXPECT_EQ(evaluate("GREATEST({DBInstanceClassMemory/64371566592},3)", facts), 3);
  EXPECT_EQ(evaluate("SUM({DBInstanceClassMemory/12038},-50003)", facts), 1377133);
  EXPECT_EQ(evaluate("GREATEST({DBInstanceClassMemory/63963136*1024},65536)", facts), 275036);
  EXPECT_EQ(evaluate("GREATEST({log(DBInstanceClassMemory/21474836480)*600},200)", facts), 200);
  EXPECT_EQ(evaluate("GREATEST({DBInstanceVCPU*2},8)", facts), 8);
  EXPECT_EQ(evaluate("{EndPointPort}", facts), 5432);
}

TEST(Formula, others_that_can_be_computed) {
  EXPECT_EQ(evaluate("{DBInstanceClassMemory*3/4}", facts), std::int64_t{12} << 30);
  EXPECT_EQ(evaluate("{ DBInstanceVCPU + 1 }", facts), 3);
  EXPECT_EQ(evaluate("LEAST(GREATEST(1,7),SUM(2,3), 6)", facts), 5);
  EXPECT_EQ(evaluate("{7/2}", facts), 3);
}

TEST(Formula, what_is_none) {
  for (const char* text : {"", "{", "}", "{}", "LEAST()", "LEAST(1", "LEAST(1,)", "MEDIAN(1,2)", "{NoSuch}", "{1/0}", "{1}2",
                           "{1 2}", "1;2",
                           "{DBInstanceClassMemory", "{log(0)}", "{log(-1)}", "{1..2}", "{--1}", "DBInstanceClassMemory"})
    EXPECT_EQ(evaluate(text, facts), std::nullopt) << text;
  EXPECT_EQ(evaluate("{9999999999*9999999999*9999999999}", facts), std::nullopt);
  std::string deep = "1";
  for (int i = 0; i < 200; ++i) deep = "{(" + deep + ")}";
  EXPECT_EQ(evaluate(deep, facts), std::nullopt);
  EXPECT_EQ(evaluate(std::string(5000, '('), facts), std::nullopt);
}

}  // namespace
}  // namespace haar::rds
