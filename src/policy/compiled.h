// The compiled form of a document. Internal to policy/.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "policy/condition.h"
#include "policy/decide.h"
#include "policy/document.h"
#include "policy/pattern.h"

namespace haar::policy {

// One entry of Principal or NotPrincipal.
struct PrincipalEntry {
  enum class Type : std::uint8_t { everyone, account, arn, unique_id, service, federated, canonical_user };
  Type type = Type::everyone;
  std::string text;  // the account's number for `account`
};

// nullopt for what is not a principal of that name space.
std::optional<PrincipalEntry> parse_principal(PrincipalSpace space, std::string_view text);

// How strongly a statement names the caller: what decides which implicit denies still count.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-orgs.html
enum class Named : std::uint8_t {
  no,
  account,  // only delegates: the identity policy must allow too
  entity,   // the role of the session or the user of the federated session: boundary and session policy limit
  caller,   // the user, the session itself, or everyone
};
// everyone_counts: whether "*" names this caller.
Named names(const std::vector<PrincipalEntry>& entries, const Principal& principal, bool everyone_counts = true);
// NotPrincipal: whether the list exempts the caller.
bool exempts(const std::vector<PrincipalEntry>& entries, const Principal& principal);

struct ActionPattern {
  std::string text;  // lower case
  Pattern pattern;   // of text
};

struct Statement {
  StatementEffect effect = StatementEffect::deny;
  bool not_action = false, not_resource = false, not_principal = false;
  bool has_principal = false;
  bool unconditional = false;  // matches every resource, without condition
  std::string sid;
  Position start, end;
  std::vector<ActionPattern> actions;
  std::vector<ArnPattern> resources;
  std::vector<Condition> conditions;
  std::vector<PrincipalEntry> principals;
};

class Document {
 public:
  Kind kind = Kind::identity;
  std::string text;
  std::vector<Statement> statements;
  std::vector<PrincipalName> principal_names;
  // Where the "AWS" principals' string literals are in text, quotes included, for map_principals.
  struct Span {
    std::size_t begin = 0, end = 0;
    std::string value;
  };
  std::vector<Span> aws_principals;
  std::vector<std::string> context_keys;
};

}  // namespace haar::policy
