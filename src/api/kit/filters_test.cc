#include "api/kit/filters.h"

#include <gtest/gtest.h>

namespace haar::api {
namespace {

TEST(Filters, wildcards_match_as_aws_documents_them) {
  struct Case {
    const char* pattern;
    const char* value;
    bool matches;
  };
  for (const Case& c : std::initializer_list<Case>{{"", "", true},
                                                   {"", "a", false},
                                                   {"default", "default", true},
                                                   {"default", "Default", false},
                                                   {"*", "", true},
                                                   {"*", "anything", true},
                                                   {"web*", "web", true},
                                                   {"web*", "web-1", true},
                                                   {"*web", "my-web", true},
                                                   {"*we*b*", "my-we--b!", true},
                                                   {"?", "", false},
                                                   {"we?", "web", true},
                                                   {"we?", "webs", false},
                                                   {"\\*", "*", true},
                                                   {"\\*", "a", false},
                                                   {"a\\?c", "a?c", true},
                                                   {"a\\?c", "abc", false},
                                                   {"*\\**", "x*y", true},
                                                   {"*\\**", "xy", false},
                                                   {"a\\", "a\\", true}}) {
    EXPECT_EQ(matches_wildcards(c.pattern, c.value), c.matches) << c.pattern << " against " << c.value;
  }
}

TEST(Filters, a_pattern_of_stars_does_not_take_exponential_time) {
  std::string pattern;
  for (int i = 0; i < 100; ++i) pattern += "*a";
  EXPECT_FALSE(matches_wildcards(pattern + "b", std::string(2000, 'a')));
}

struct Thing {
  std::string name, engine;
};
constexpr FilterField<Thing> fields[] = {
    {"name", [](const Thing& thing, Values& out) { add_value(out, thing.name); },
     [](std::string_view given) { return "thing-" + std::string(given); }},
    {"engine", [](const Thing& thing, Values& out) { add_value(out, thing.engine); }},
};

Error refusal(std::string message) { return Error{"Refused", std::move(message)}; }

constexpr FilterRules exact{.no_values = [](std::string_view name) { return refusal("no values for " + std::string(name)); },
                            .unknown = [](std::string_view name) { return refusal("unknown " + std::string(name)); }};

std::string left(std::vector<Filter> filters) {
  const auto set = FilterSet<Thing>::read(exact, std::move(filters), fields);
  if (!set.ok()) return set.error().message;
  std::string out;
  for (const Thing& thing : {Thing{"thing-1", "redis"}, Thing{"thing-2", "redis"}, Thing{"thing-*", "memcached"}}) {
    if (set->match(thing)) out += thing.name.back();
  }
  return out;
}

TEST(Filters, a_service_without_wildcards_compares_the_letters) {
  EXPECT_EQ(left({}), "12*");
  EXPECT_EQ(left({{"engine", {"redis"}}}), "12");
  EXPECT_EQ(left({{"engine", {"r*"}}}), "");
  EXPECT_EQ(left({{"name", {"*"}}}), "*");
}

TEST(Filters, a_field_can_read_the_values_that_are_given) {
  EXPECT_EQ(left({{"name", {"1", "2"}}, {"engine", {"redis"}}}), "12");
  EXPECT_EQ(left({{"name", {"thing-1"}}}), "");
}

TEST(Filters, faults_have_the_words_of_the_service) {
  EXPECT_EQ(left({{"colour", {"red"}}}), "unknown colour");
  EXPECT_EQ(left({{"name", {}}}), "no values for name");
  EXPECT_EQ(left({{"tag-key", {"x"}}}), "unknown tag-key");
}

TEST(Filters, the_text_tells_lists_of_filters_apart) {
  const auto text = [](std::vector<Filter> filters) { return filter_text(filters); };
  EXPECT_EQ(text({{"a", {"b"}}}), text({{"a", {"b"}}}));
  EXPECT_NE(text({{"a", {"b"}}}), text({{"a", {"b", ""}}}));
  EXPECT_NE(text({{"a", {"b"}}, {"c", {}}}), text({{"a", {"b", "c"}}}));
}

}  // namespace
}  // namespace haar::api
