// What the parts of the validation share: findings being gathered, and places of the document. Internal to validation/.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/json.h"
#include "policy/validation/checks.h"

namespace haar::policy::validation {

// A node of the document and the way to it.
struct Where {
  const json::Node* node = nullptr;
  Path path;

  [[nodiscard]] Where member(std::string_view name) const;  // of an object that has it
  [[nodiscard]] Where value(std::size_t i) const;           // the i-th member of an object
  [[nodiscard]] Where item(std::size_t i) const;            // of a list
  // The items of a list, or the node itself.
  [[nodiscard]] std::vector<Where> each() const;
  [[nodiscard]] bool is_text() const { return node->type == json::Type::string; }
};

class Report {
 public:
  explicit Report(std::string_view text) : text_(text) {}

  template <class... Args>
  void add(const Check& check, const Where& where, const Args&... args) {
    add_at(check, {place(where)}, fmt::format(fmt::runtime(check.text), args...));
  }
  template <class... Args>
  void add_all(const Check& check, const std::vector<Where>& wheres, const Args&... args) {
    std::vector<Finding::Place> places;
    for (const Where& where : wheres) places.push_back(place(where));
    add_at(check, std::move(places), fmt::format(fmt::runtime(check.text), args...));
  }
  // At the name of a member instead of its value.
  template <class... Args>
  void add_at_key(const Check& check, const Where& object, std::size_t i, const Args&... args) {
    add_at(check, {key_place(object, i)}, fmt::format(fmt::runtime(check.text), args...));
  }
  // At no place of its own: the whole text.
  template <class... Args>
  void add_whole(const Check& check, const Args&... args) {
    add_at(check, {{{}, 0, text_.size()}}, fmt::format(fmt::runtime(check.text), args...));
  }

  [[nodiscard]] std::string_view text() const { return text_; }
  std::vector<Finding> findings;

 private:
  static Finding::Place place(const Where& where) { return {where.path, where.node->begin, where.node->end}; }
  [[nodiscard]] Finding::Place key_place(const Where& object, std::size_t i) const;
  void add_at(const Check& check, std::vector<Finding::Place> places, std::string details) {
    findings.push_back({&check, std::move(details), std::move(places)});
  }

  std::string_view text_;
};

// A statement whose elements have the right types.
struct Statement {
  Where where;
  bool allows = false;
  const json::Node* action = nullptr;    // Action or NotAction
  const json::Node* resource = nullptr;  // Resource or NotResource
  bool not_action = false, not_resource = false;
  Where actions, resources, principal, condition;  // node null: absent
  bool not_principal = false;
  bool has_passed_to_service = false;  // among its condition keys
};

void check_actions(const Statement& statement, PolicyKind kind, Report& report);
void check_resources(const Statement& statement, PolicyKind kind, Report& report);
void check_risky_actions(const Statement& statement, Report& report);
void check_principals(const Statement& statement, PolicyKind kind, Report& report);
void check_conditions(const Statement& statement, bool variables, Report& report);
// Of one text of the document. `supported`: variables may stand there; `version`: the policy's has them.
void check_variables(const Where& text, bool supported, bool version, Report& report);

}  // namespace haar::policy::validation
