// Principal and NotPrincipal.
#include <algorithm>

#include "policy/text.h"
#include "policy/validation/report.h"

namespace haar::policy::validation {
namespace {

constexpr std::string_view kKeys[] = {"AWS", "CanonicalUser", "Federated", "Service"};
constexpr std::string_view kGithub = "token.actions.githubusercontent.com";

bool is_unique_id(std::string_view text, std::string_view prefix) {
  constexpr std::size_t kShortest = 16;
  return text.size() >= kShortest && text.starts_with(prefix) && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
         });
}

void check_name(const Where& where, std::string_view key, PolicyKind kind, Report& report) {
  const std::string& text = where.node->text;
  check_variables(where, false, true, report);
  const bool wild = text.find_first_of("*?") != std::string::npos;
  if (wild && (key != "AWS" || text != "*")) return report.add(kPrincipalWildcard, where, key);
  if (key == "Federated" && kind != PolicyKind::trust) report.add(kFederated, where);
  if (key == "AWS" && is_unique_id(text, "AROA")) report.add(kRoleReference, where, text);
  if (key == "AWS" && is_unique_id(text, "AIDA")) report.add(kUserReference, where, text);
}

// The name of an OIDC provider: what follows "oidc-provider/" of its ARN, or a name that AWS knows.
std::string_view oidc_name(std::string_view text) {
  const std::size_t at = text.find(":oidc-provider/");
  if (at != std::string_view::npos) return text.substr(at + 15);
  return text.starts_with("arn:") ? std::string_view() : text;
}

bool has_key(const Statement& statement, std::string_view prefix) {
  if (statement.condition.node == nullptr) return false;
  for (const json::Node& block : statement.condition.node->items) {
    for (const std::string& name : block.names) {
      if (name.size() >= prefix.size() && equal_fold(std::string_view(name).substr(0, prefix.size()), prefix)) return true;
    }
  }
  return false;
}

void check_provider(const Statement& statement, const Where& where, Report& report) {
  const std::string_view name = oidc_name(where.node->text);
  if (!statement.allows || name.empty()) return;
  if (!has_key(statement, std::string(name) + ":")) report.add(kOidcCondition, where);
  else if (name == kGithub && !has_key(statement, std::string(kGithub) + ":sub")) report.add(kGithubRepo, where);
}

void check_object(const Statement& statement, PolicyKind kind, Report& report) {
  const Where& principal = statement.principal;
  if (principal.node->items.empty()) report.add(kEmptyPrincipalObject, principal);
  for (std::size_t i = 0; i < principal.node->items.size(); ++i) {
    const std::string& key = principal.node->names[i];
    if (std::find(std::begin(kKeys), std::end(kKeys), key) == std::end(kKeys)) {
      report.add_at_key(kPrincipalKey, principal, i, key);
      continue;
    }
    const Where value = principal.value(i);
    const std::vector<Where> names = value.each();
    if (names.empty()) report.add(kEmptyPrincipals, value);
    for (const Where& name : names) {
      if (!name.is_text()) {
        report.add(kDataType, name, "String");
        continue;
      }
      check_name(name, key, kind, report);
      if (kind == PolicyKind::trust && key == "Federated") check_provider(statement, name, report);
    }
  }
}

}  // namespace

void check_principals(const Statement& statement, PolicyKind kind, Report& report) {
  const Where& principal = statement.principal;
  const bool there = principal.node != nullptr;
  if (kind == PolicyKind::identity) {
    if (there) report.add(kUnsupportedPrincipal, principal, "IDENTITY_POLICY");
    return;
  }
  if (kind == PolicyKind::scp) {
    if (there) report.add(kScpPrincipal, principal);
    return;
  }
  if (!there) return report.add(kMissingPrincipal, statement.where);
  const bool star = principal.is_text() && principal.node->text == "*";
  if (kind == PolicyKind::rcp) {
    if (!star || statement.not_principal) report.add(kRcpPrincipal, principal);
    return;
  }
  if (statement.not_principal) {
    if (kind == PolicyKind::trust) report.add(kTrustNotPrincipal, principal);
    else if (statement.allows) report.add(kAllowNotPrincipal, principal);
  }
  if (principal.node->type == json::Type::object) return check_object(statement, kind, report);
  if (!star) return report.add(kPrincipalFormat, principal);
  if (kind == PolicyKind::trust) report.add(kTrustStar, principal);
}

}  // namespace haar::policy::validation
