// Every operator x IfExists x set operator x what the request has of the key, against the naive
// evaluator: small
// enough to go through all of it.
#include <gtest/gtest.h>
#include <re2/re2.h>

#include <random>

#include "policy/condition.h"
#include "policy/naive.h"
#include "policy/pattern.h"

namespace {

namespace policy = haar::policy;

struct Family {
  std::vector<std::string> operators;
  // Values of the policy, and of the request: some equal, some not, some of no such type.
  std::vector<std::string> limits, values;
};

const std::vector<Family>& families() {
  static const std::vector<Family> all{
      {{"StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase",
          "StringLike", "StringNotLike"},
       {"ana", "a*", "${aws:username}", "${aws:userid}", "${aws:userid, 'x'}"},
       {"ana", "ANA", "a*", "x", ""}},
      {{"NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals",
          "NumericGreaterThan", "NumericGreaterThanEquals"},
       {"10", "10.5", "-3", "ten"},
       {"10", "10.50", "11", "-4", "ten"}},
      {{"DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan",
          "DateGreaterThanEquals"},
       {"2026-11-20T09:12:40Z", "1795165960", "2020-01-01T00:00:00Z"},
       {"2026-11-20T09:12:40Z", "2026-11-20T09:12:41Z", "1577836800", "then"}},
      {{"Bool"}, {"true", "false", "maybe"}, {"true", "false", "TRUE", "maybe"}},
      {{"IpAddress", "NotIpAddress"}, {"10.0.0.0/8", "10.1.2.3", "0.0.0.0/0", "here"}, {"10.1.2.3",
          "10.9.9.9", "11.0.0.1", "here"}},
      {{"ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"},
       {"arn:aws:iam::1:user/*", "arn:aws:iam::1:role/r", "*", "${aws:PrincipalArn}", "arn:*"},
       {"arn:aws:iam::1:user/u", "arn:aws:iam::1:role/r", "arn:aws:iam::1:role/r/x", "no arn"}},
      {{"BinaryEquals"}, {"QUE=", "QUI="}, {"QUE=", "QUM="}},
      {{"Null"}, {"true", "false"}, {"true", "x"}},
  };
  return all;
}

// Every list of at most two of the items, the empty one included.
std::vector<std::vector<std::string>> lists(const std::vector<std::string>& items) {
  std::vector<std::vector<std::string>> out{{}};
  for (const auto& a : items) {
    out.push_back({a});
    for (const auto& b : items) out.push_back({a, b});
  }
  return out;
}

int check(const std::string& op, const std::vector<std::string>& limits,
    const std::optional<naive::ContextValue>& value) {
  naive::World world;
  world.context["aws:username"] = {false, {"ana"}};
  world.context["aws:principalarn"] = {false, {"arn:aws:iam::1:role/r"}};
  policy::Context context;
  context.set(policy::Key::username, "ana");
  context.set(policy::Key::principal_arn, "arn:aws:iam::1:role/r");
  std::vector<std::string_view> many;
  if (value) {
    world.context["svc:key"] = *value;
    many.assign(value->values.begin(), value->values.end());
    if (value->multi) {
      context.set_list("svc:key", many);
    } else {
      context.set("svc:key", many[0]);
    }
  }
  const bool ours =
      policy::Condition(*policy::parse_operator(op), "svc:Key", limits,
          policy::Variables::active).matches(context);
  const bool theirs = naive::condition(world, "2012-10-17", op, "svc:KEY", limits);
  std::string shown;
  if (ours != theirs) {
    shown = op + " of";
    for (const auto& l : limits) shown += " '" + l + "'";
    shown += !value ? " on a missing key" : value->multi ? " on the list" : " on the value";
    for (const auto& v : many) shown += " '" + std::string(v) + "'";
  }
  EXPECT_EQ(ours, theirs) << shown;
  return 1;
}

TEST(ConditionTable, EveryOperatorWithEverySetOperatorAndEveryPresence) {
  int checked = 0;
  for (const Family& family : families()) {
    for (const std::string& name : family.operators) {
      for (const char* set : {"", "ForAllValues:", "ForAnyValue:"}) {
        for (const char* if_exists : {"", "IfExists"}) {
          if (name == "Null" && *if_exists != '\0') continue;
          const std::string op = set + name + if_exists;
          for (const auto& limits : lists(family.limits)) {
            checked += check(op, limits, {});
            for (const auto& values : lists(family.values)) {
              checked += check(op, limits, naive::ContextValue{true, values});
              if (values.size() == 1) checked += check(op, limits, naive::ContextValue{false, values});
            }
          }
        }
      }
    }
  }
  EXPECT_GT(checked, 70'000);
}

// A pattern as a regular expression over bytes.
std::string as_regex(const std::string& pattern) {
  std::string out = "(?s)";
  for (const char c : pattern) {
    if (c == '*') {
      out += ".*";
    } else if (c == '?') {
      out += ".";
    } else {
      out += RE2::QuoteMeta(std::string(1, c));
    }
  }
  return out;
}

TEST(Glob, AgreesWithRegularExpressionsAndWithTheRecursiveMatcher) {
  std::mt19937_64 random(20261120);
  const policy::Context none;
  const auto text = [&](const char* alphabet, std::size_t size, std::size_t most) {
    std::string out;
    for (std::size_t n = random() % (most + 1); n > 0; --n) out += alphabet[random() % size];
    return out;
  };
  int matched = 0;
  constexpr int kCases = 60'000;
  for (int i = 0; i < kCases; ++i) {
    const std::string pattern = text("ab:*?*", 6, 9), value = text("ab:/", 4, 9);
    const bool ours = policy::Pattern(pattern, policy::Wildcards::active,
        policy::Variables::active).match(value, none) == policy::Tri::yes;
    ASSERT_EQ(ours, RE2::FullMatch(value, as_regex(pattern))) << pattern << " on " << value;
    ASSERT_EQ(ours, naive::glob(pattern, value)) << pattern << " on " << value;
    matched += ours ? 1 : 0;
  }
  EXPECT_GT(matched, kCases / 10);
}

}  // namespace
