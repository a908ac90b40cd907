// The document and its statements as a whole.
#include <algorithm>
#include <map>

#include "policy/document.h"
#include "policy/text.h"
#include "policy/validation/report.h"

namespace haar::policy::validation {
namespace {

constexpr std::string_view k2012 = "2012-10-17", k2008 = "2008-10-17";
// Of managed policies; of all policies of the organization, every character counted.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html, and
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
constexpr std::size_t kIdentityMax = 10'240, kOrganizationMax = 5'120;

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> all) {
  return std::find(all.begin(), all.end(), text) != all.end();
}

class Validator {
 public:
  Validator(const json::Node& root, PolicyKind kind, Report& report) : root_{&root, {}}, kind_(kind), report_(report) {}

  void run() {
    if (root_.node->type != json::Type::object) return report_.add(kDataType, root_, "Object");
    for (std::size_t i = 0; i < root_.node->names.size(); ++i) {
      if (!is_one_of(root_.node->names[i], {"Version", "Id", "Statement"})) {
        report_.add_at_key(kInvalidElement, root_, i, root_.node->names[i]);
      }
    }
    version();
    size();
    const Where statements = root_.member("Statement");
    if (statements.node == nullptr) return report_.add(kMissingStatement, root_);
    const std::vector<Where> all = statements.each();
    if (all.empty()) return report_.add(kMissingStatement, statements);
    for (const Where& one : all) {
      if (one.node->type != json::Type::object) report_.add(kDataType, one, "Object");
      else statement(one);
    }
    sids(all);
    twins(all);
  }

 private:
  void version() {
    const Where version = root_.member("Version");
    if (version.node == nullptr) return report_.add(kMissingVersion, root_);
    if (!version.is_text()) return report_.add(kDataType, version, "String");
    const std::string& text = version.node->text;
    variables_ = text == k2012;
    if (text != k2012 && text != k2008) report_.add(kInvalidVersion, version, text, fmt::format("{}, {}", k2012, k2008));
  }

  void size() {
    const std::size_t counted = counted_size(report_.text()), all = characters(report_.text());
    if (kind_ == PolicyKind::identity && counted > kIdentityMax) report_.add_whole(kIdentitySize, counted, kIdentityMax);
    if (kind_ == PolicyKind::scp && all > kOrganizationMax) report_.add_whole(kScpSize, all, kOrganizationMax);
    if (kind_ == PolicyKind::rcp && all > kOrganizationMax) report_.add_whole(kRcpSize, all, kOrganizationMax);
  }

  static std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
  }

  void statement(const Where& where) {
    for (std::size_t i = 0; i < where.node->names.size(); ++i) {
      if (!is_one_of(where.node->names[i], {"Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource",
                                            "NotResource", "Condition"})) {
        report_.add_at_key(kInvalidElement, where, i, where.node->names[i]);
      }
    }
    Statement s;
    s.where = where;
    effect(where, s);
    pair(where, "Action", s.actions, s.not_action);
    pair(where, "Resource", s.resources, s.not_resource);
    pair(where, "Principal", s.principal, s.not_principal);
    s.condition = where.member("Condition");
    s.has_passed_to_service = passes_to_service(s.condition.node);
    if (s.actions.node == nullptr) report_.add(kMissingAction, where);
    if (s.resources.node == nullptr && kind_ != PolicyKind::trust) report_.add(kMissingResource, where);
    check_principals(s, kind_, report_);
    const bool texts = are_texts(s.actions) && are_texts(s.resources);
    check_actions(s, kind_, report_);
    check_resources(s, kind_, report_);
    if (s.resources.node != nullptr && are_texts(s.resources)) {
      for (const Where& one : s.resources.each()) check_variables(one, true, variables_, report_);
    }
    check_conditions(s, variables_, report_);
    if (kind_ == PolicyKind::identity && texts) check_risky_actions(s, report_);
    if (kind_ == PolicyKind::rcp && s.allows && (s.condition.node != nullptr || !is_star(s.resources))) {
      report_.add(kRcpAllow, where);
    }
  }

  void effect(const Where& where, Statement& s) {
    const Where effect = where.member("Effect");
    if (effect.node == nullptr) return report_.add(kMissingEffect, where);
    if (!effect.is_text()) return report_.add(kDataType, effect, "String");
    s.allows = effect.node->text == "Allow";
    if (!s.allows && effect.node->text != "Deny") report_.add(kInvalidEffect, effect, effect.node->text);
  }

  void pair(const Where& where, const std::string& name, Where& out, bool& negated) {
    out = where.member(name);
    const Where other = where.member("Not" + name);
    if (out.node != nullptr && other.node != nullptr) report_.add_all(kCombination, {out, other}, name, "Not" + name);
    if (out.node != nullptr || other.node == nullptr) return;
    out = other;
    negated = true;
  }

  static bool are_texts(const Where& where) {
    if (where.node == nullptr) return false;
    const auto all = where.each();
    return std::all_of(all.begin(), all.end(), [](const Where& one) { return one.is_text(); });
  }
  static bool is_star(const Where& where) { return where.node != nullptr && are_texts(where) && where.each().size() == 1 &&
                                                   where.each().front().node->text == "*"; }

  static bool passes_to_service(const json::Node* condition) {
    if (condition == nullptr) return false;
    for (const json::Node& block : condition->items) {
      for (const std::string& key : block.names) {
        if (equal_fold(key, "iam:PassedToService")) return true;
      }
    }
    return false;
  }

  void sids(const std::vector<Where>& statements) {
    std::map<std::string, std::vector<Where>> seen;
    for (const Where& statement : statements) {
      const Where sid = statement.node->type == json::Type::object ? statement.member("Sid") : Where{};
      if (sid.node == nullptr) continue;
      if (!sid.is_text()) {
        report_.add(kDataType, sid, "String");
        continue;
      }
      const std::string& text = sid.node->text;
      if (text.empty()) report_.add(kEmptySid, sid);
      const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
        return (fold(c) >= 'a' && fold(c) <= 'z') || (c >= '0' && c <= '9');
      });
      if (kind_ == PolicyKind::identity && !plain) report_.add(kUnsupportedSid, sid);
      if (!text.empty()) seen[text].push_back(sid);
    }
    const bool required = kind_ == PolicyKind::identity || kind_ == PolicyKind::trust;
    for (const auto& [sid, places] : seen) {
      if (places.size() > 1) report_.add_all(required ? kUniqueSidsRequired : kUniqueSidsRecommended, places);
    }
  }

  // Statements that say the same, letter by letter, whatever they are called.
  void twins(const std::vector<Where>& statements) {
    std::map<std::string, std::vector<Where>> seen;
    for (const Where& statement : statements) {
      if (statement.node->type == json::Type::object) seen[said(*statement.node)].push_back(statement);
    }
    for (const auto& [text, places] : seen) {
      if (places.size() > 1) report_.add_all(kRedundantStatement, places);
    }
  }

  [[nodiscard]] std::string said(const json::Node& statement) const {
    std::map<std::string, std::string> members;
    for (std::size_t i = 0; i < statement.names.size(); ++i) {
      if (statement.names[i] == "Sid") continue;
      const json::Node& node = statement.items[i];
      for (const char c : report_.text().substr(node.begin, node.end - node.begin)) {
        if (c != ' ' && c != '\n' && c != '\r' && c != '\t') members[statement.names[i]] += c;
      }
    }
    std::string out;
    for (const auto& [name, text] : members) out += name + "=" + text + ";";
    return out;
  }

  Where root_;
  PolicyKind kind_;
  Report& report_;
  bool variables_ = false;
};

}  // namespace

std::vector<Finding> validate(std::string_view text, PolicyKind kind) {
  Report report(text);
  std::size_t stopped = 0;
  const auto root = json::read(text, {.repeated_names = true, .stopped_at = &stopped});
  if (!root) {
    const Position at = json::Positions(text).at(stopped);
    report.add_whole(kJsonSyntax, stopped, at.line, at.column);
    report.findings.back().places.front().begin = std::min(stopped, text.size());
    return std::move(report.findings);
  }
  Validator(*root, kind, report).run();
  std::stable_sort(report.findings.begin(), report.findings.end(), [](const Finding& a, const Finding& b) {
    return a.places.front().begin < b.places.front().begin;
  });
  return std::move(report.findings);
}

}  // namespace haar::policy::validation
