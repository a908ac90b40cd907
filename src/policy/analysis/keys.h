// Condition keys as variables: which values a request can give to a key, and whether one of them fits what conditions say.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "policy/analysis/texts.h"
#include "policy/condition.h"

namespace haar::policy::analysis {

// One condition of a statement.
struct KeyTest {
  const Condition* condition = nullptr;
  std::size_t key = 0;      // its number among the Keys
  std::vector<Glob> globs;  // of string and ARN operators
  [[nodiscard]] bool is_textual() const {
    return condition->op().family == Operator::Family::string || condition->op().family == Operator::Family::arn;
  }
  [[nodiscard]] bool has_variables() const;
};

enum class KeyType : std::uint8_t { text, arn, boolean, number, date, ip_address };
enum class Arity : std::uint8_t { one, many, either };

// What a key can be in a request.
struct KeyDomain {
  KeyRef key;
  std::string name;  // as AWS or the policy writes it
  KeyType type = KeyType::text;
  Arity arity = Arity::one;
  bool always = false;  // every request has it
  // Of one caller only: the key is absent, has this value, or one within or outside of these.
  enum class Held : std::uint8_t { free, absent, value } held = Held::free;
  std::string value;
  std::vector<Glob> within, outside;
  std::vector<Cidr> outside_blocks;
};

struct KeyValue {
  bool present = false;
  bool list = false;
  std::vector<std::string> texts;
  bool operator==(const KeyValue&) const = default;
};

// "This condition holds" or "does not hold".
struct KeyClaim {
  const KeyTest* test = nullptr;
  bool holds = true;
};

struct KeyAnswer {
  Answer answer = Answer::no;
  KeyValue value;
};

// A value of the key under which every claim is true.
KeyAnswer find_value(const KeyDomain& domain, const std::vector<KeyClaim>& claims, Budget& budget);

// Whether two conditions on one key are the same but for the order of their values. "No" is no answer.
bool says_the_same(const KeyTest& a, const KeyTest& b);

// Whether the condition holds, or can for some values of its variables.
bool may_hold(const KeyTest& test, const KeyValue& value);

void put(Context& context, const KeyDomain& domain, const KeyValue& value);

// The keys that a set of policies names.
class Keys {
 public:
  // Notes a use; returns the key's number.
  std::size_t add(const Condition& condition);
  std::size_t add(const KeyRef& key);
  // Once all are added: types as known of the key, or as the operators say.
  void settle();
  std::vector<KeyDomain> domains;

 private:
  struct Uses {
    bool textual = false, arn = false, sets = false;
    std::uint8_t families = 0;  // a bit each
  };
  std::vector<Uses> uses_;
};

}  // namespace haar::policy::analysis
