#include "main/event_query.h"

#include <gtest/gtest.h>

#include <boost/json/value.hpp>

namespace haar::main {
namespace {

namespace json = boost::json;

const Timestamp now = Timestamp::from_seconds(1'800'000'000);

TEST(EventQuery, AsksForTheLatestOfAllByDefault) {
  const events::Query query = read_event_query({}, now).value();
  EXPECT_EQ(query.limit, 50u);
  EXPECT_TRUE(query.account.empty() && query.region.empty() && query.conditions.empty() && query.after.empty());
  EXPECT_EQ(query.from.micros, 0);
  EXPECT_GT(query.to, now);
}

TEST(EventQuery, HasTimesInBothForms) {
  const events::Query ago = read_event_query({{"since", "15m"}, {"until", "30s"}}, now).value();
  EXPECT_EQ(ago.from, now.plus_seconds(-900));
  EXPECT_EQ(ago.to, now.plus_seconds(-30));
  const events::Query at = read_event_query({{"since", "2026-11-30T12:00:00Z"}}, now).value();
  EXPECT_EQ(format_iso8601(at.from), "2026-11-30T12:00:00Z");
}

TEST(EventQuery, HasEveryFilter) {
  const json::object attributes{{"EventName", "CreateUser"}, {"ReadOnly", "false"}};
  const events::Query query = read_event_query(
      {{"limit", 7}, {"account", "111122223333"}, {"region", "eu-west-1"}, {"attributes", attributes}}, now).value();
  EXPECT_EQ(query.limit, 7u);
  EXPECT_EQ(query.account, "111122223333");
  EXPECT_EQ(query.region, "eu-west-1");
  ASSERT_EQ(query.conditions.size(), 2u);
  EXPECT_EQ(query.conditions[0].attribute, events::Attribute::event_name);
  EXPECT_EQ(query.conditions[0].value, "CreateUser");
}

TEST(EventQuery, NamesWhatItDoesNotUnderstand) {
  for (const auto& [arguments, named] : std::initializer_list<std::pair<json::object, std::string>>{
           {{{"since", "soon"}}, "soon"},
           {{{"until", "-5m"}}, "-5m"},
           {{{"attributes", json::object{{"Weather", "fog"}}}}, "Weather"}}) {
    const auto query = read_event_query(arguments, now);
    ASSERT_FALSE(query.ok()) << named;
    EXPECT_EQ(query.error().code, "InvalidArgument");
    EXPECT_NE(query.error().message.find(named), std::string::npos) << query.error().message;
  }
  EXPECT_EQ(read_event_query({{"limit", 0}}, now)->limit, 1u);
  EXPECT_EQ(read_event_query({{"limit", 1'000'000}}, now)->limit, 10'000u);
}

}  // namespace
}  // namespace haar::main
