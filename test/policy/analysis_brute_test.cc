// The decision procedures against every request of small universes: random policies over a tiny alphabet, so that things meet.
// "No" is wrong if a request of the universe says otherwise; every "yes" has a witness, which the evaluator is asked about here
// again; "unknown" does not happen without policy variables. HAAR_POLICY_SEED and HAAR_POLICY_CASES ask for others and for more.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "policy/analysis/checks.h"

namespace {

namespace policy = haar::policy;
namespace analysis = haar::policy::analysis;
using analysis::Answer;

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// All texts of up to so many of the letters.
std::vector<std::string> texts(std::string_view letters, std::size_t longest) {
  std::vector<std::string> out{""};
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (out[i].size() == longest) break;
    for (const char c : letters) out.push_back(out[i] + c);
  }
  return out;
}

struct KeyUniverse {
  std::string name;
  std::vector<std::string> operators, values;             // what policies write
  std::vector<std::vector<std::string>> in_requests;      // {}: absent; more than one: a list
  bool list = false;
};

std::vector<std::vector<std::string>> singles(std::vector<std::string> values, bool absent = true) {
  std::vector<std::vector<std::string>> out;
  if (absent) out.emplace_back();
  for (std::string& value : values) out.push_back({std::move(value)});
  return out;
}

std::vector<KeyUniverse> key_universes() {
  std::vector<KeyUniverse> out;
  const auto short_texts = texts("abA", 3);
  std::vector<std::string> some(short_texts.begin() + 1, short_texts.end());
  out.push_back({"svc:Text",
                 {"StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase",
                  "StringNotEqualsIgnoreCase", "StringLikeIfExists", "StringNotLikeIfExists", "StringEqualsIfExists", "Null"},
                 {"a", "b", "a*", "*a", "?", "a?", "*", "??", "A", "a*b", "?*"}, singles(some)});
  out.push_back({"svc:Number",
                 {"NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan",
                  "NumericGreaterThanEquals", "NumericLessThanIfExists", "Null"},
                 {"1", "2", "2.5", "-1", "3.0"}, singles({"-2", "-1", "0", "1", "1.5", "2", "2.25", "2.5", "2.75", "3", "4"})});
  out.push_back({"aws:SecureTransport", {"Bool", "BoolIfExists", "StringEquals"}, {"true", "false"}, singles({"true", "false"}, false)});
  out.push_back({"aws:MultiFactorAuthPresent", {"Bool", "BoolIfExists", "Null"}, {"true", "false"}, singles({"true", "false"})});
  out.push_back({"aws:SourceIp", {"IpAddress", "NotIpAddress", "IpAddressIfExists", "Null"},
                 {"0.0.0.0/0", "10.0.0.0/8", "10.0.0.0/31", "10.0.0.1", "::/0", "2001:db8::/32", "11.0.0.0/8"},
                 singles({"10.0.0.0", "10.0.0.1", "10.0.0.2", "10.255.0.1", "11.0.0.0", "9.9.9.9", "2001:db8::1", "::5"})});
  out.push_back({"aws:CurrentTime", {"DateLessThan", "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals", "DateEquals",
                                     "DateNotEquals"},
                 {"2026-01-01T00:00:00Z", "2026-06-01T00:00:00Z", "2027-01-01T00:00:00Z"},
                 singles({"2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "2026-03-01T00:00:00Z", "2026-06-01T00:00:00Z",
                          "2026-09-01T00:00:00Z", "2027-01-01T00:00:00Z", "2027-01-01T00:00:01Z"}, false)});
  out.push_back({"aws:SourceArn", {"ArnEquals", "ArnLike", "ArnNotLike", "ArnLikeIfExists", "StringLike", "StringEquals", "Null"},
                 {"arn:aws:s:r:1:a", "arn:aws:s:*:1:*", "arn:aws:s:*:*:a*", "arn:*", "arn:aws:s:r:?:a:b"},
                 singles({"arn:aws:s:r:1:a", "arn:aws:s:r:1:b", "arn:aws:s:q:2:a", "arn:aws:s:r:2:a:b", "arn:aws:s:r:11:a",
                          "arn:aws:t:r:1:a", "arn:aws:s:r:1:aa"})});
  KeyUniverse tags{"aws:TagKeys",
                   {"ForAllValues:StringEquals", "ForAnyValue:StringEquals", "ForAllValues:StringNotEquals",
                    "ForAnyValue:StringLike", "ForAllValues:StringLike", "ForAnyValue:StringNotEquals", "StringEquals", "Null"},
                   {"a", "b", "a*", "?"}, {{}}, true};
  const std::vector<std::string> tag_values{"a", "b", "c", "ab", "aa"};
  for (const std::string& x : tag_values) {
    tags.in_requests.push_back({x});
    for (const std::string& y : tag_values) tags.in_requests.push_back({x, y});
  }
  tags.in_requests.push_back({"a", "b", "c"});
  out.push_back(std::move(tags));
  return out;
}

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed), keys_(key_universes()) {
    used_.push_back(below(keys_.size()));
    if (chance(40)) used_.push_back(below(keys_.size()));
    if (used_.size() == 2 && used_[0] == used_[1]) used_.pop_back();
  }

  std::string document(bool principals) {
    std::vector<std::string> statements;
    const std::size_t count = 1 + below(3);
    for (std::size_t i = 0; i < count; ++i) statements.push_back(statement(principals));
    return fmt::format(R"({{"Version":"2012-10-17","Statement":[{}]}})", fmt::join(statements, ","));
  }
  // A change of one statement, so that the two are often nearly the same.
  std::string near(const std::string& document, bool principals) {
    if (chance(30)) return this->document(principals);
    std::string more = document;
    more.insert(more.size() - 2, "," + statement(principals));
    return more;
  }

  template <class Visit>
  void each_request(Visit visit) const {
    static const std::vector<std::string> actions{"s:a", "s:b", "s:ab", "t:a", "t:ba"};
    static const std::vector<std::string> tails = texts("ab:", 3);
    std::vector<std::string> resources{"*"};
    for (const std::string& tail : tails) resources.push_back("arn:aws:s:r:1:" + tail);
    resources.emplace_back("arn:aws:s:q:1:a");
    resources.emplace_back("arn:aws:s:r:2:ab");
    analysis::Witness w;
    w.caller = analysis::example_user();
    for (const std::string& action : actions) {
      for (const std::string& resource : resources) {
        w.action = action, w.resource = resource;
        with_keys(w, 0, visit);
      }
    }
  }

 private:
  bool chance(int percent) { return static_cast<int>(random_() % 100) < percent; }
  std::size_t below(std::size_t n) { return random_() % n; }
  std::string pick(const std::vector<std::string>& from) { return from[below(from.size())]; }

  std::string list(const std::vector<std::string>& from, std::size_t most) {
    std::vector<std::string> out;
    for (std::size_t i = 0, n = 1 + below(most); i < n; ++i) out.push_back('"' + pick(from) + '"');
    return fmt::format("[{}]", fmt::join(out, ","));
  }

  std::string condition() {
    const KeyUniverse& key = keys_[used_[below(used_.size())]];
    const std::string op = pick(key.operators);
    static const std::vector<std::string> flags{"true", "false"};
    return fmt::format(R"("{}":{{"{}":{}}})", op, key.name, op == "Null" ? list(flags, 1) : list(key.values, 2));
  }

  std::string statement(bool principals) {
    static const std::vector<std::string> actions{"*", "s:*", "s:a", "s:a*", "s:?", "*:a", "t:*a", "t:a", "s:b"};
    static const std::vector<std::string> resources{"*", "arn:aws:s:r:1:*", "arn:aws:s:*:1:a*", "arn:aws:s:r:?:*b", "arn:aws:s:r:1:a",
                                                    "arn:aws:s:r:1:a?", "arn:aws:s:*:*:*:*", "arn:aws:s:r:1:?*"};
    static const std::vector<std::string> who{
        R"("*")", R"({"AWS":"*"})", R"({"AWS":"111122223333"})", R"({"AWS":"arn:aws:iam::111122223333:user/example"})",
        R"({"AWS":"arn:aws:iam::444455556666:role/r"})", R"({"AWS":["444455556666","arn:aws:iam::111122223333:user/ana"]})",
        R"({"Service":"s.amazonaws.com"})"};
    std::string out = fmt::format(R"({{"Effect":"{}","{}":{},"{}":{})", chance(70) ? "Allow" : "Deny", chance(85) ? "Action" : "NotAction",
                                  list(actions, 2), chance(85) ? "Resource" : "NotResource", list(resources, 2));
    if (principals) out += fmt::format(R"(,"Principal":{})", pick(who));
    if (chance(60)) {
      const std::string first = condition(), second = condition();
      const bool both = chance(30) && first.substr(0, first.find(':', 14)) != second.substr(0, second.find(':', 14)) &&
                        first.substr(0, first.find("\":{")) != second.substr(0, second.find("\":{"));
      out += fmt::format(R"(,"Condition":{{{}{}}})", first, both ? "," + second : "");
    }
    return out + "}";
  }

  template <class Visit>
  void with_keys(analysis::Witness& w, std::size_t at, Visit& visit) const {
    if (at == used_.size()) return visit(w);
    const KeyUniverse& key = keys_[used_[at]];
    for (const auto& value : key.in_requests) {
      analysis::KeyValue one;
      if (!value.empty()) one = {true, key.list, value};
      w.keys.push_back({key.name, one});
      with_keys(w, at + 1, visit);
      w.keys.pop_back();
    }
  }

  std::mt19937_64 random_;
  std::vector<KeyUniverse> keys_;
  std::vector<std::size_t> used_;
};

struct Counts {
  std::uint64_t yes = 0, no = 0, brute_yes = 0;
};

void run_one(std::uint64_t seed, bool principals, Counts& counts) {
  Generator make(seed);
  const std::string before_text = make.document(principals), now_text = make.near(before_text, principals);
  const auto kind = principals ? analysis::PolicyClass::resource : analysis::PolicyClass::identity;
  const auto now = analysis::read_subject(now_text, kind), before = analysis::read_subject(before_text, kind);
  ASSERT_TRUE(now) << now_text << "\n" << now.error().message;
  ASSERT_TRUE(before) << before_text << "\n" << before.error().message;
  const analysis::CheckResult result = analysis::new_access(*now, *before);
  const std::string about = fmt::format("seed {}\nnow    {}\nbefore {}", seed, now_text, before_text);
  ASSERT_NE(result.answer, Answer::unknown) << about;
  for (const analysis::Grant& grant : result.grants) {
    ASSERT_TRUE(analysis::lets_through(*now, grant.witness)) << about << "\n" << analysis::in_words(grant.witness);
    ASSERT_FALSE(analysis::lets_through(*before, grant.witness)) << about << "\n" << analysis::in_words(grant.witness);
  }
  bool brute = false;
  std::vector<analysis::Caller> callers{analysis::example_user()};
  if (principals) callers = analysis::callers_of({now->document.get(), before->document.get()}, false);
  make.each_request([&](analysis::Witness& w) {
    for (const analysis::Caller& caller : callers) {
      if (brute) return;
      w.caller = caller;
      if (!analysis::lets_through(*now, w) || analysis::lets_through(*before, w)) continue;
      brute = true;
      EXPECT_EQ(result.answer, Answer::yes) << about << "\n" << analysis::in_words(w);
    }
  });
  (result.answer == Answer::yes ? counts.yes : counts.no) += 1;
  counts.brute_yes += brute ? 1 : 0;
}

void run(bool principals, std::uint64_t cases) {
  const std::uint64_t first = from_environment("HAAR_POLICY_SEED", 1);
  Counts counts;
  for (std::uint64_t seed = first; seed < first + cases && !testing::Test::HasFailure(); ++seed) run_one(seed, principals, counts);
  std::printf("%llu yes (%llu in the universe), %llu no\n", static_cast<unsigned long long>(counts.yes),
              static_cast<unsigned long long>(counts.brute_yes), static_cast<unsigned long long>(counts.no));
  // Both answers have to come up often, or the test tells little.
  EXPECT_GT(counts.yes, cases / 10);
  EXPECT_GT(counts.no, cases / 10);
}

TEST(AnalysisBrute, IdentityPolicies) { run(false, from_environment("HAAR_POLICY_CASES", 1500)); }
TEST(AnalysisBrute, ResourcePolicies) { run(true, from_environment("HAAR_POLICY_CASES", 300)); }

}  // namespace
