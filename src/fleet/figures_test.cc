#include "fleet/figures.h"

#include <gtest/gtest.h>

#include <limits>

namespace haar::fleet {
namespace {

const FigureName cpu{AccountId("111122223333"), Region("us-east-1"), "AWS/RDS", "CPUUtilization",
                     {{"DBInstanceIdentifier", "a"}}};
constexpr std::int64_t noon = 1'700'049'600;  // a full hour

TEST(Figures, PointsOfAMinuteAreOne) {
  Figures figures;
  for (const auto& [at, value] : {std::pair{0, 4.0}, {30, 8.0}, {59, 0.0}, {60, 5.0}})
    figures.add(cpu, "Percent", Timestamp::from_seconds(noon + at), value);
  const auto series = figures.read(cpu);
  ASSERT_TRUE(series.has_value());
  EXPECT_EQ(series->unit, "Percent");
  ASSERT_EQ(series->points.size(), 2u);
  const Figure& first = series->points[0];
  EXPECT_EQ(first.at, noon);
  EXPECT_EQ(first.count, 3);
  EXPECT_EQ(first.sum, 12.0);
  EXPECT_EQ(first.least, 0.0);
  EXPECT_EQ(first.most, 8.0);
  EXPECT_FALSE(figures.read({}).has_value());
}

TEST(Figures, WhatIsNoNumberIsNotTaken) {
  Figures figures;
  figures.add(cpu, "Percent", Timestamp::from_seconds(noon), std::numeric_limits<double>::quiet_NaN());
  EXPECT_FALSE(figures.read(cpu).has_value());
}

// Nothing that was measured is lost when minutes become longer periods, and what is kept has an end.
TEST(Figures, OldPointsBecomeCoarseAndThenGo) {
  Figures figures;
  const std::int64_t minutes = 5 * 24 * 60;
  for (std::int64_t i = 0; i < minutes; ++i) figures.add(cpu, "Percent", Timestamp::from_seconds(noon + i * 60), double(i));
  const auto points = figures.read(cpu)->points;
  const std::int64_t last = noon + (minutes - 1) * 60;
  EXPECT_LE(points.size(), std::size_t(minutes_kept_seconds / 60 + coarse_kept_seconds / coarse_seconds + 3));
  EXPECT_GE(points.front().at, last - coarse_kept_seconds);
  EXPECT_EQ(points.back().at, last);
  std::int64_t counted = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    counted += points[i].count;
    if (i > 0) {
      EXPECT_LT(points[i - 1].at, points[i].at);
    }
  }
  EXPECT_EQ(counted, (last - points.front().at) / 60 + 1);
}

TEST(Figures, ASeriesThatNobodyAddsToGoes) {
  Figures figures;
  FigureName other = cpu;
  other.metric = "DatabaseConnections";
  figures.add(other, "Count", Timestamp::from_seconds(noon), 1);
  figures.add(cpu, "Percent", Timestamp::from_seconds(noon + coarse_kept_seconds + 60), 1);
  EXPECT_FALSE(figures.read(other).has_value());
  EXPECT_EQ(figures.names(cpu.account, cpu.region).size(), 1u);
}

TEST(Figures, TheNamesOfOneAccountInOneRegion) {
  Figures figures;
  FigureName elsewhere = cpu, others = cpu;
  elsewhere.region = Region("us-west-2");
  others.account = AccountId("222222222222");
  for (const FigureName& name : {cpu, elsewhere, others}) figures.add(name, "Percent", Timestamp::from_seconds(noon), 1);
  ASSERT_EQ(figures.names(cpu.account, cpu.region).size(), 1u);
  EXPECT_EQ(figures.names(cpu.account, cpu.region)[0].name, cpu);
  EXPECT_EQ(figures.names(cpu.account, cpu.region)[0].last, noon);
}

TEST(Figures, LongerPeriods) {
  const std::vector<Figure> points{{noon, 1, 1, 1, 1}, {noon + 60, 1, 3, 3, 3}, {noon + 300, 1, 7, 7, 7}};
  const std::vector<Figure> all = in_periods(points, 300, noon, noon + 600);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].count, 2);
  EXPECT_EQ(all[0].sum, 4);
  EXPECT_EQ(all[0].most, 3);
  EXPECT_EQ(all[1].at, noon + 300);
  EXPECT_EQ(in_periods(points, 300, noon, noon + 300).size(), 1u);
  EXPECT_EQ(in_periods(points, 60, noon + 60, noon + 61).size(), 1u);
}

}  // namespace
}  // namespace haar::fleet
