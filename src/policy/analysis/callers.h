// Who can call, as far as a resource policy tells callers apart: each that it names, and for each kind of caller one that it
// does not name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/analysis/boxes.h"
#include "policy/decide.h"

namespace haar::policy::analysis {

struct Caller {
  PrincipalType type = PrincipalType::user;
  std::string account, arn, principal_arn, unique_id;
  // Where the caller is one of many: the ARNs that it can have, for aws:PrincipalArn; its own follows from the one found.
  std::vector<Glob> any_of, none_of;

  [[nodiscard]] Principal principal() const;
};

// Of these policies' entries. `strangers_only`: only callers whom nothing connects with what the policies name.
std::vector<Caller> callers_of(const std::vector<const Document*>& documents, bool strangers_only);

// The caller of an identity policy.
Caller example_user();

// What the caller makes of the keys that are about it.
void hold_keys(const Caller& caller, Keys& keys);
// The caller with the ARN that was found for aws:PrincipalArn.
Caller with_arn(Caller caller, const std::string& principal_arn);

// Whether the statement is about the caller. `trust`: the document is a role's trust policy.
bool names_caller(const Statement& statement, const Caller& caller, bool trust);

}  // namespace haar::policy::analysis
