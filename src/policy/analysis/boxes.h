// Statements as products of sets: of actions, of resources, of values of each condition key.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "policy/analysis/keys.h"
#include "policy/compiled.h"

namespace haar::policy::analysis {

struct Box {
  const Statement* statement = nullptr;
  std::size_t number = 0;  // of the statement in its document
  bool any_resource = false;
  std::vector<Glob> resources;
  std::vector<KeyTest> tests;

  [[nodiscard]] bool denies() const { return statement->effect == StatementEffect::deny; }
  [[nodiscard]] bool not_resource() const { return statement->not_resource; }
};

// Made for one question, since numbers of keys and variables hold for all the policies in it.
std::vector<Box> boxes_of(const Document& document, Keys& keys, Variables& variables);

// Whether some pattern has a variable without a text in its place.
bool has_variables(const std::vector<Box>& boxes);

// Finds the boxes that cover an action, or may.
class ActionTable {
 public:
  explicit ActionTable(const std::vector<const Box*>& boxes);

  struct Cover {
    std::vector<std::size_t> whole;   // places in `boxes`, sorted: these cover all that the pattern matches
    std::vector<std::size_t> partly;  // these perhaps a part
  };
  // Of a pattern in lower case, as statements have it.
  [[nodiscard]] Cover cover(const std::string& text, const Glob& glob) const;

 private:
  struct Entry {
    std::string_view text;
    std::size_t box;
    Glob glob;  // of those with wildcards
  };
  static std::string_view service_of(std::string_view text) { return text.substr(0, text.find(':')); }

  std::vector<Entry> exact_;     // sorted by text
  std::vector<Entry> wild_;      // with a service, sorted by it
  std::vector<Entry> anywhere_;  // "*", "*:Get*"
  struct Except {
    std::size_t box;
    std::vector<Glob> globs;
  };
  std::vector<Except> excepts_;  // NotAction
};

}  // namespace haar::policy::analysis
