#include "services/ec2/filters.h"

#include <gtest/gtest.h>

namespace haar::ec2 {
namespace {

struct Thing {
  std::optional<std::string> Name;
  std::optional<std::vector<Tag>> Tags;
};
constexpr FilterField<Thing> thing_filters[] = {
    {"name", [](const Thing& thing, Values& out) { add_value(out, thing.Name); }},
};

std::string names_left(std::vector<Filter> filters) {
  std::vector<Thing> things = {{"a", std::vector<Tag>{{.Key = "env", .Value = "prod"}}},
                               {"b", std::vector<Tag>{{.Key = "env", .Value = "test"}, {.Key = "x", .Value = ""}}},
                               {"c", std::nullopt}};
  const Result<void> done = apply_filters<Thing>(things, Filters(std::move(filters)), thing_filters);
  if (!done.ok()) return done.error().code + ": " + done.error().message;
  std::string left;
  for (const Thing& thing : things) left += *thing.Name;
  return left;
}

TEST(Filters, values_are_ored_and_filters_are_anded) {
  EXPECT_EQ(names_left({}), "abc");
  EXPECT_EQ(names_left({{.Name = "name", .Values = Values{"a", "c"}}}), "ac");
  EXPECT_EQ(names_left({{.Name = "name", .Values = Values{"a", "b"}}, {.Name = "tag:env", .Values = Values{"test"}}}),
            "b");
  EXPECT_EQ(names_left({{.Name = "tag:env", .Values = Values{"*"}}}), "ab");
  EXPECT_EQ(names_left({{.Name = "tag-key", .Values = Values{"x"}}}), "b");
  EXPECT_EQ(names_left({{.Name = "tag:x", .Values = Values{""}}}), "b");
}

TEST(Filters, bad_filters_are_refused) {
  EXPECT_EQ(names_left({{.Name = "colour", .Values = Values{"a"}}}),
            "InvalidParameterValue: The filter 'colour' is invalid");
  EXPECT_EQ(names_left({{.Name = std::nullopt, .Values = Values{"a"}}}),
            "MissingParameter: The request must contain the parameter Filter.Name");
  EXPECT_EQ(names_left({{.Name = "name", .Values = std::nullopt}}),
            "MissingParameter: The request must contain the parameter Filter.Value");
  EXPECT_EQ(names_left({{.Name = "name", .Values = Values(filter_values_max, "a")}}), "a");
  EXPECT_EQ(names_left({{.Name = "name", .Values = Values(filter_values_max + 1, "a")}}),
            "FilterLimitExceeded: The maximum number of filter values specified on a single call is 200");
}

}  // namespace
}  // namespace haar::ec2
