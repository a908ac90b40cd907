// Questions about policies, answered exactly: does one allow what another does not, does one allow any of these, does one let
// strangers in. Every "yes" comes with a request for which decide() was asked and agrees. What the procedure does not decide
// (policy variables whose values matter, questions that are too large) it says.
//
// A request gives each condition key any value of the key's type, independently of the others; what a caller is decides the
// keys about callers in resource policies. docs/decisions/2026-11-30-exact-policy-checks.md
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "policy/analysis/callers.h"
#include "policy/analysis/search.h"
#include "policy/policy_set.h"

namespace haar::policy::analysis {

enum class PolicyClass : std::uint8_t { identity, resource };

// A policy as the checks read it: with no statements, or of a resource without Resource elements, as trust policies are.
struct Subject {
  PolicyClass kind = PolicyClass::identity;
  bool trust = false;
  std::shared_ptr<const Document> document;  // nullptr: no statements
  std::shared_ptr<const PolicySet> set;      // of that document
};
Result<Subject> read_subject(std::string_view text, PolicyClass kind);

struct Witness {
  Caller caller;
  std::string action, resource;
  struct Named {
    std::string key;
    KeyValue value;
  };
  std::vector<Named> keys;  // those that the policies name
};

// Whether the policy by itself lets this request through, as decide() answers: the caller's own policies allow everything.
bool lets_through(const Subject& subject, const Witness& witness);
// For people: "arn:… may s3:GetObject on arn:… when aws:SourceIp is 203.0.113.5".
std::string in_words(const Witness& witness);

// A statement that allows what was asked about.
struct Grant {
  std::size_t statement = 0;  // its place in the policy
  std::string sid;
  Witness witness;
};

struct CheckResult {
  Answer answer = Answer::no;  // "yes": there are grants
  std::vector<Grant> grants;   // by place of the statement
  // Of "unknown", and of statements beside grants: what could not be decided, and why.
  struct Open {
    std::size_t statement = 0;
    std::string sid, why;
  };
  std::vector<Open> open;
};

// What `now` allows and `before` does not.
CheckResult new_access(const Subject& now, const Subject& before);

// One of the actions on one of the resources, patterns both; an empty list is any.
struct Access {
  std::vector<std::string> actions, resources;
};
CheckResult granted_access(const Subject& policy, const std::vector<Access>& accesses);

// What a resource policy allows to everybody: to callers of an account, from a network and for an organization that it does
// not name.
CheckResult public_access(const Subject& policy);

}  // namespace haar::policy::analysis
