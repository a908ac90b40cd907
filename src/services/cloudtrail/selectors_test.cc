#include "services/cloudtrail/selectors.h"

#include <gtest/gtest.h>

namespace haar::cloudtrail {
namespace {

const Timestamp noon = Timestamp::from_seconds(1'800'000'000);

class Selectors : public ::testing::Test {
 protected:
  Selectors() {
    trail_.intervals = {{noon, {}}};
    event_.time = noon;
    event_.source = "ec2.amazonaws.com";
  }
  static Result<std::vector<AdvancedSelector>> advanced(std::vector<AdvancedFieldSelector> fields) {
    AdvancedEventSelector one;
    one.FieldSelectors = std::move(fields);
    return read_selectors(std::vector<AdvancedEventSelector>{one});
  }
  static AdvancedFieldSelector equals(std::string field, std::vector<std::string> values) {
    AdvancedFieldSelector out;
    out.Field = std::move(field);
    out.Equals = std::move(values);
    return out;
  }
  bool selected(bool read_only) {
    event_.read_only = read_only;
    return selects(trail_, event_);
  }

  TrailRecord trail_;
  events::EventRecord event_;
};

TEST_F(Selectors, WithoutAnyAllManagementEventsAreLogged) {
  EXPECT_TRUE(selected(true) && selected(false));
  event_.time = noon.plus_seconds(-1);
  EXPECT_FALSE(selected(false)) << "before the trail logged";
  event_.time = noon.plus_seconds(10);
  trail_.intervals.back().to = noon.plus_seconds(10);
  EXPECT_FALSE(selected(false)) << "after it had stopped";
}

TEST_F(Selectors, GlobalServicesCanBeLeftOut) {
  trail_.global_events = false;
  EXPECT_TRUE(selected(false));
  event_.source = "iam.amazonaws.com";
  EXPECT_FALSE(selected(false));
}

TEST_F(Selectors, BasicOnesChooseReadsOrWrites) {
  trail_.selectors = {{"WriteOnly", true, {}, {}}};
  EXPECT_TRUE(selected(false));
  EXPECT_FALSE(selected(true));
  trail_.selectors = {{"ReadOnly", true, {}, {}}};
  EXPECT_TRUE(selected(true));
  EXPECT_FALSE(selected(false));
  trail_.selectors = {{"All", false, {}, {{"AWS::S3::Object", {"arn:aws:s3"}}}}};
  EXPECT_FALSE(selected(true) || selected(false)) << "data events alone";
  trail_.selectors = {{"All", true, {"rdsdata.amazonaws.com"}, {}}};
  event_.source = "rdsdata.amazonaws.com";
  EXPECT_FALSE(selected(true));
}

TEST_F(Selectors, AdvancedOnesCompareFields) {
  trail_.advanced = advanced({equals("eventCategory", {"Management"}), equals("readOnly", {"false"})}).value();
  EXPECT_TRUE(selected(false));
  EXPECT_FALSE(selected(true));
  AdvancedFieldSelector source;
  source.Field = "eventSource";
  source.NotEquals = {"rdsdata.amazonaws.com"};
  trail_.advanced = advanced({equals("eventCategory", {"Management"}), source}).value();
  EXPECT_TRUE(selected(true));
  event_.source = "rdsdata.amazonaws.com";
  EXPECT_FALSE(selected(true));
  trail_.advanced = advanced({equals("eventCategory", {"Data"}), equals("resources.type", {"AWS::S3::Object"})}).value();
  EXPECT_FALSE(selected(true)) << "there are no data events";
}

TEST_F(Selectors, AreRefusedWhereTheyAreWrong) {
  for (const std::vector<AdvancedFieldSelector>& fields : std::vector<std::vector<AdvancedFieldSelector>>{
           {equals("readOnly", {"true"})},
           {equals("eventCategory", {"Weather"})},
           {equals("eventCategory", {"Management"}), equals("readOnly", {"maybe"})},
           {equals("eventCategory", {"Management"}), equals("eventName", {"RunInstances"})},
           {equals("eventCategory", {"Management"}), equals("eventSource", {"ec2.amazonaws.com"})},
           {equals("eventCategory", {"Management"}), equals("eventCategory", {"Management"})},
           {equals("eventCategory", {"Data"})}})
    EXPECT_EQ(advanced(fields).error().code, "InvalidEventSelectorsException");
  EventSelector basic;
  basic.ExcludeManagementEventSources = {"ec2.amazonaws.com"};
  EXPECT_FALSE(read_selectors(std::vector<EventSelector>{basic}).ok());
  basic.ExcludeManagementEventSources.reset();
  basic.DataResources = {{"AWS::Weather::Fog", std::vector<std::string>{"x"}}};
  EXPECT_FALSE(read_selectors(std::vector<EventSelector>{basic}).ok());
  EXPECT_FALSE(read_selectors(std::vector<EventSelector>(6)).ok());
  EXPECT_TRUE(read_selectors(std::vector<EventSelector>(5)).ok());
}

}  // namespace
}  // namespace haar::cloudtrail
