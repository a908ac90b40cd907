#include "policy/analysis/keys.h"

#include <algorithm>

#include "policy/analysis/values.h"
#include "policy/text.h"

namespace haar::policy::analysis {
namespace {

using Family = Operator::Family;

// What AWS says of the type and presence of its global keys; others are texts that can be missing.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
struct Known {
  Key key;
  KeyType type;
  bool always;
};
constexpr Known kKnown[] = {
    {Key::assumed_root, KeyType::boolean, false},
    {Key::current_time, KeyType::date, true},
    {Key::epoch_time, KeyType::date, true},
    {Key::multi_factor_auth_age, KeyType::number, false},
    {Key::multi_factor_auth_present, KeyType::boolean, false},
    {Key::principal_arn, KeyType::arn, false},
    {Key::principal_is_aws_service, KeyType::boolean, false},
    {Key::principal_type, KeyType::text, true},
    {Key::requested_region, KeyType::text, true},
    {Key::secure_transport, KeyType::boolean, true},
    {Key::source_arn, KeyType::arn, false},
    {Key::source_ip, KeyType::ip_address, false},
    {Key::source_vpc_arn, KeyType::arn, false},
    {Key::token_issue_time, KeyType::date, false},
    {Key::via_aws_service, KeyType::boolean, true},
    {Key::vpc_source_ip, KeyType::ip_address, false},
    {Key::ec2_instance_source_private_ipv4, KeyType::ip_address, false},
};

const Known* known(const KeyRef& key) {
  if (key.space != KeySpace::global) return nullptr;
  const auto at = std::find_if(std::begin(kKnown), std::end(kKnown), [&](const Known& k) { return k.key == key.global; });
  return at == std::end(kKnown) ? nullptr : at;
}

bool same_key(const KeyRef& a, const KeyRef& b) {
  return a.space == b.space && a.global == b.global && equal_fold(a.name, b.name);
}

// What a condition says of every value that is there; nullopt where it looks at the value.
std::optional<bool> constant(const Condition& condition, bool list) {
  const Operator& op = condition.op();
  if (op.family == Family::null) {
    Context context;
    context.set(key_text(condition.key()), "x");
    return condition.matches(context);
  }
  if (!condition.is_readable()) return false;
  if (list && op.set == SetOperator::none) return false;
  return {};
}

// One value against an operator that looks at it, without its set operator.
bool holds_for(const KeyTest& test, std::string_view text) {
  if (test.is_textual()) {
    const std::vector<Symbol> symbols = characters(text);
    const auto one = [&](const Glob& g) { return matches(g, symbols); };
    return std::any_of(test.globs.begin(), test.globs.end(), one) != test.condition->op().negated;
  }
  Context context;
  const std::string key = key_text(test.condition->key());
  context.set(key, text);
  return test.condition->matches(context);
}

bool holds(const KeyTest& test, const KeyValue& value) {
  if (!value.present) return test.condition->matches(Context());
  if (const auto always = constant(*test.condition, value.list)) return *always;
  const auto one = [&](const std::string& text) { return holds_for(test, text); };
  return test.condition->op().set == SetOperator::for_any_value ? std::any_of(value.texts.begin(), value.texts.end(), one)
                                                                : std::all_of(value.texts.begin(), value.texts.end(), one);
}

// One value, which has to fit some conditions, each or its opposite.
class OneValue {
 public:
  OneValue(const KeyDomain& domain, Budget& budget) : domain_(domain), budget_(budget) {}

  TextAnswer find(const std::vector<KeyClaim>& claims) {
    TextQuestion question;
    bool typed = false;
    for (const KeyClaim& claim : claims) {
      if (!claim.test->is_textual()) {
        typed = true;
        continue;
      }
      Globs globs;
      for (const Glob& g : claim.test->globs) globs.push_back(&g);
      if (claim.holds != claim.test->condition->op().negated) question.all.push_back(std::move(globs));
      else question.none.insert(question.none.end(), globs.begin(), globs.end());
    }
    const bool textual = !question.all.empty() || !question.none.empty();
    const bool by_text = domain_.type == KeyType::text || domain_.type == KeyType::arn;
    if (by_text && !typed) return by_patterns(std::move(question));
    // Every type but text has finitely many values that differ in what its own operators say of them.
    std::vector<std::string> candidates = sample_values(domain_, claims);
    if (by_text && textual) {
      TextAnswer text = by_patterns(std::move(question));
      if (text.answer == Answer::no) return {};
      candidates.push_back(std::move(text.text));
    }
    for (const std::string& text : candidates) {
      if (!budget_.spend(claims.size() + 1)) return {Answer::unknown, ""};
      if (fits(claims, text)) return {Answer::yes, text};
    }
    const bool variables = std::any_of(claims.begin(), claims.end(), [](const KeyClaim& c) { return c.test->has_variables(); });
    const bool complete = !variables && (domain_.type == KeyType::boolean || !(by_text || textual));
    return {complete ? Answer::no : Answer::unknown, ""};
  }

 private:
  TextAnswer by_patterns(TextQuestion question) {
    static const Glob any{{kAnyText}, false, false};
    Globs within;
    for (const Glob& g : domain_.within) within.push_back(&g);
    if (!within.empty()) question.all.push_back(std::move(within));
    for (const Glob& g : domain_.outside) question.none.push_back(&g);
    if (domain_.type == KeyType::arn) question.all.push_back({&arn_glob()});
    else if (question.all.empty()) question.all.push_back({&any});
    // A value is something: an empty text is no more than the wish of a procedure.
    static const Glob empty{};
    question.none.push_back(&empty);
    return find_text(question, budget_);
  }

  [[nodiscard]] bool fits(const std::vector<KeyClaim>& claims, const std::string& text) const {
    const auto in = [&](const std::vector<Glob>& globs) {
      return std::any_of(globs.begin(), globs.end(), [&](const Glob& g) { return matches(g, text); });
    };
    if (!domain_.within.empty() && !in(domain_.within)) return false;
    if (in(domain_.outside) || is_in(domain_.outside_blocks, text)) return false;
    return std::all_of(claims.begin(), claims.end(), [&](const KeyClaim& c) { return holds_for(*c.test, text) == c.holds; });
  }

  const KeyDomain& domain_;
  Budget& budget_;
};

KeyAnswer find_one(const KeyDomain& domain, const std::vector<KeyClaim>& claims, Budget& budget) {
  std::vector<KeyClaim> open;
  for (const KeyClaim& claim : claims) {
    const auto always = constant(*claim.test->condition, false);
    if (!always) open.push_back(claim);
    else if (*always != claim.holds) return {};
  }
  TextAnswer found = OneValue(domain, budget).find(open);
  return {found.answer, {true, false, {std::move(found.text)}}};
}

// A list: claims about all of its values, and claims about some value.
KeyAnswer find_list(const KeyDomain& domain, const std::vector<KeyClaim>& claims, std::size_t least, Budget& budget) {
  std::vector<KeyClaim> every, some;
  for (const KeyClaim& claim : claims) {
    const auto always = constant(*claim.test->condition, true);
    if (always && *always != claim.holds) return {};
    if (always) continue;
    const bool all = claim.test->condition->op().set == SetOperator::for_all_values;
    (all == claim.holds ? every : some).push_back(claim);
  }
  KeyAnswer out{Answer::yes, {true, true, {}}};
  for (std::size_t i = 0; i < std::max<std::size_t>(some.size(), 1); ++i) {
    std::vector<KeyClaim> both = every;
    if (i < some.size()) both.push_back(some[i]);
    TextAnswer found = OneValue(domain, budget).find(both);
    if (found.answer != Answer::yes) return {found.answer, {}};
    out.value.texts.push_back(std::move(found.text));
  }
  while (out.value.texts.size() < least) out.value.texts.push_back(out.value.texts.back());
  return out;
}

}  // namespace

bool KeyTest::has_variables() const {
  return std::any_of(globs.begin(), globs.end(), [](const Glob& g) { return g.has_variables; });
}

KeyAnswer find_value(const KeyDomain& domain, const std::vector<KeyClaim>& claims, Budget& budget) {
  const auto fits = [&](const KeyValue& value) {
    return std::all_of(claims.begin(), claims.end(), [&](const KeyClaim& c) { return holds(*c.test, value) == c.holds; });
  };
  const KeyValue absent{}, held{true, false, {domain.value}};
  if (domain.held == KeyDomain::Held::absent) return {fits(absent) ? Answer::yes : Answer::no, absent};
  if (domain.held == KeyDomain::Held::value) return {fits(held) ? Answer::yes : Answer::no, held};
  if (!domain.always && fits(absent)) return {Answer::yes, absent};
  bool unknown = false;
  for (const bool list : {false, true}) {
    if (domain.arity == (list ? Arity::one : Arity::many)) continue;
    const std::size_t least = domain.arity == Arity::either ? 2 : 1;
    KeyAnswer answer = list ? find_list(domain, claims, least, budget) : find_one(domain, claims, budget);
    if (answer.answer == Answer::yes) return answer;
    unknown = unknown || answer.answer == Answer::unknown;
  }
  return {unknown ? Answer::unknown : Answer::no, {}};
}

bool says_the_same(const KeyTest& a, const KeyTest& b) {
  const Operator &x = a.condition->op(), &y = b.condition->op();
  if (x.family != y.family || x.comparison != y.comparison || x.negated != y.negated || x.if_exists != y.if_exists ||
      x.set != y.set || a.condition->is_readable() != b.condition->is_readable()) {
    return false;
  }
  if (a.is_textual()) {
    const auto in = [](const std::vector<Glob>& all, const Glob& g) { return std::find(all.begin(), all.end(), g) != all.end(); };
    return std::all_of(a.globs.begin(), a.globs.end(), [&](const Glob& g) { return in(b.globs, g); }) &&
           std::all_of(b.globs.begin(), b.globs.end(), [&](const Glob& g) { return in(a.globs, g); });
  }
  const auto numbers = [](const KeyTest& t) { return std::get_if<std::vector<Decimal>>(&t.condition->values()); };
  const auto dates = [](const KeyTest& t) { return std::get_if<std::vector<std::int64_t>>(&t.condition->values()); };
  const auto blocks = [](const KeyTest& t) { return std::get_if<std::vector<Cidr>>(&t.condition->values()); };
  const auto bytes = [](const KeyTest& t) { return std::get_if<std::vector<std::string>>(&t.condition->values()); };
  if (numbers(a) != nullptr) return *numbers(a) == *numbers(b);
  if (dates(a) != nullptr) return *dates(a) == *dates(b);
  if (blocks(a) != nullptr) return *blocks(a) == *blocks(b);
  if (bytes(a) != nullptr) return *bytes(a) == *bytes(b);
  // Bool and Null have two answers each.
  if (!a.condition->is_readable()) return false;
  for (const char* value : {"true", "false"}) {
    if (holds(a, {true, false, {value}}) != holds(b, {true, false, {value}})) return false;
  }
  return holds(a, {}) == holds(b, {});
}

bool may_hold(const KeyTest& test, const KeyValue& value) {
  return (value.present && test.has_variables()) || holds(test, value);
}

void put(Context& context, const KeyDomain& domain, const KeyValue& value) {
  if (!value.present) return;
  // The name is the domain's: it lives longer than the context.
  if (!value.list) return context.set(domain.name, value.texts.front());
  context.set_list(domain.name, context.keep(std::vector<std::string_view>(value.texts.begin(), value.texts.end())));
}

std::size_t Keys::add(const KeyRef& key) {
  for (std::size_t i = 0; i < domains.size(); ++i) {
    if (same_key(domains[i].key, key)) return i;
  }
  domains.push_back({.key = key, .name = key_text(key), .value = {}, .within = {}, .outside = {}, .outside_blocks = {}});
  uses_.emplace_back();
  return domains.size() - 1;
}

std::size_t Keys::add(const Condition& condition) {
  const std::size_t i = add(condition.key());
  Uses& uses = uses_[i];
  const Operator& op = condition.op();
  uses.sets = uses.sets || op.set != SetOperator::none;
  if (op.family != Family::null) uses.families |= static_cast<std::uint8_t>(1U << static_cast<unsigned>(op.family));
  return i;
}

void Keys::settle() {
  const auto only = [](const Uses& uses, Family family) { return uses.families == 1U << static_cast<unsigned>(family); };
  for (std::size_t i = 0; i < domains.size(); ++i) {
    KeyDomain& domain = domains[i];
    if (const Known* fact = known(domain.key)) {
      domain.type = fact->type;
      domain.always = fact->always;
    } else {
      domain.type = only(uses_[i], Family::numeric)      ? KeyType::number
                    : only(uses_[i], Family::date)       ? KeyType::date
                    : only(uses_[i], Family::boolean)    ? KeyType::boolean
                    : only(uses_[i], Family::ip_address) ? KeyType::ip_address
                    : only(uses_[i], Family::arn)        ? KeyType::arn
                                                         : KeyType::text;
    }
    const bool list = is_multivalued(domain.name);
    const bool either = !list && domain.key.space == KeySpace::other && uses_[i].sets;
    domain.arity = list ? Arity::many : either ? Arity::either : Arity::one;
  }
}

}  // namespace haar::policy::analysis
