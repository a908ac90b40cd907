#include "api/kit/tags.h"

#include <gtest/gtest.h>

namespace haar::api {
namespace {

struct Record {
  std::string key, value;
};
struct WireTag {
  std::optional<std::string> Key, Value;
};

Error refuse(TagFault fault, const std::string& key, const TagRules&) {
  constexpr std::string_view names[] = {"no key", "reserved", "long key", "long value", "repeated", "too many"};
  return Error{"Refused", std::string(names[static_cast<int>(fault)]) + ": " + key};
}

constexpr std::string_view reserved[] = {"aws:", "rds:"};
constexpr TagRules strict{
    .key_max = 4, .value_max = 3, .per_resource_max = 2, .reserved_prefixes = reserved, .reserved_in_any_case = true,
    .refuse = refuse};

std::string shown(const TagMap& tags) {
  std::string out;
  for (const auto& [key, value] : tags) out += key + "=" + value + ";";
  return out;
}
std::string read(const TagRules& rules, std::vector<WireTag> tags) {
  const Result<TagMap> result = read_tags(rules, std::optional(std::move(tags)));
  return result.ok() ? shown(*result) : result.error().message;
}

TEST(Tags, every_fault_has_the_words_of_the_service) {
  EXPECT_EQ(read(strict, {{"a", "1"}, {"b", std::nullopt}}), "a=1;b=;");
  EXPECT_EQ(read(strict, {{std::nullopt, "1"}}), "no key: ");
  EXPECT_EQ(read(strict, {{"AWS:x", "1"}}), "reserved: AWS:x");
  EXPECT_EQ(read(strict, {{"rds:", "1"}}), "reserved: rds:");
  EXPECT_EQ(read(strict, {{"abcde", "1"}}), "long key: abcde");
  EXPECT_EQ(read(strict, {{"a", "1234"}}), "long value: a");
  EXPECT_EQ(read(strict, {{"a", "1"}, {"a", "2"}}), "repeated: a");
  EXPECT_EQ(read(strict, {{"a", "1"}, {"b", "2"}, {"c", "3"}}), "too many: ");
}

TEST(Tags, lengths_are_counted_in_characters) {
  EXPECT_EQ(read(strict, {{"äöüß", "日本語"}}), "äöüß=日本語;");
  EXPECT_EQ(read(strict, {{"äöüße", "1"}}), "long key: äöüße");
  EXPECT_EQ(read(strict, {{"a", "日本語x"}}), "long value: a");
}

TEST(Tags, a_service_can_let_the_last_of_a_repeated_key_win_and_tell_case_apart) {
  TagRules rules = strict;
  rules.repeated_keys = true;
  rules.reserved_in_any_case = false;
  EXPECT_EQ(read(rules, {{"a", "1"}, {"a", "2"}}), "a=2;");
  EXPECT_EQ(read(rules, {{"AWS:", "1"}}), "AWS:=1;");
}

TEST(Tags, a_map_takes_more_only_up_to_the_limit) {
  TagMap have{{"a", "1"}, {"b", "2"}};
  EXPECT_TRUE(merge_tags(strict, have, {{"b", "3"}}).ok());
  EXPECT_EQ(shown(have), "a=1;b=3;");
  EXPECT_EQ(merge_tags(strict, have, {{"c", "4"}}).error().message, "too many: ");
}

TEST(Tags, a_list_keeps_its_order_and_finds_keys_without_their_case_where_the_service_says_so) {
  TagRules rules{.per_resource_max = 3, .ignore_case = true, .refuse = refuse};
  std::vector<Record> have{{"Team", "x"}, {"env", "prod"}};
  const auto merge = [&](std::vector<WireTag> added) { return merge_tags(rules, have, tag_pairs(added)); };
  ASSERT_TRUE(merge({{"ENV", "test"}, {"cost", "1"}}).ok());
  EXPECT_EQ(tag_map(have), (TagMap{{"Team", "x"}, {"ENV", "test"}, {"cost", "1"}}));
  EXPECT_EQ(have[1].key, "ENV");
  EXPECT_EQ(merge({{"a", "1"}, {"A", "2"}}).error().message, "repeated: A");
  remove_tags(rules, have, {"team", "absent"});
  EXPECT_EQ(have.size(), 2U);
  rules.ignore_case = false;
  remove_tags(rules, have, {"env"});
  EXPECT_EQ(have.size(), 2U);
}

TEST(Tags, answers_show_every_tag) {
  const auto views = tag_views<WireTag>(TagMap{{"a", "1"}, {"b", ""}});
  ASSERT_EQ(views.size(), 2U);
  EXPECT_EQ(views[1].Key, "b");
  EXPECT_EQ(views[1].Value, "");
}

}  // namespace
}  // namespace haar::api
