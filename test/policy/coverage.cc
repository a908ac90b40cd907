#include "policy/coverage.h"

#include <cstdio>
#include <vector>

#include "policy/compiled.h"

namespace coverage {
namespace {

namespace policy = haar::policy;
using std::string;

constexpr const char* kTypes[] = {"nobody", "identity", "boundary", "session", "resource", "trust", "scp", "rcp", "endpoint"};
constexpr const char* kEffects[] = {"allowed", "explicitly denied", "implicitly denied"};
constexpr const char* kCallers[] = {"user", "role", "slr", "federated_user", "root", "service", "federated", "anonymous"};

string type_name(policy::PolicyType type) { return kTypes[static_cast<std::size_t>(type)]; }

// Everything that there is to reach.
std::vector<string> required() {
  std::vector<string> out;
  for (const char* type : {"identity", "boundary", "session", "resource", "trust", "scp", "rcp", "endpoint"}) {
    out.push_back(string("explicitly denied by ") + type);
    if (string(type) != "rcp") out.push_back(string("implicitly denied by ") + type);
  }
  for (const char* type : {"nobody", "identity", "resource", "trust"}) out.push_back(string("allowed by ") + type);
  for (const char* caller : kCallers) {
    for (const char* effect : kEffects) out.push_back(string(caller) + " " + effect);
  }
  for (const char* what : {"NotAction", "NotResource", "NotPrincipal", "Sid-less", "variable in Resource", "condition",
                           "negated condition", "IfExists", "ForAllValues", "ForAnyValue", "Null", "variable in condition"}) {
    out.push_back(string("Allow or Deny with ") + what);
  }
  for (const char* what : {"across accounts, allowed", "across accounts, denied", "federated by root, allowed", "a missing key",
                           "three SCP levels, allowed", "SCPs of the management account", "RCPs of a service without them",
                           "a trust policy's account, allowed", "a session with boundary and session policy, allowed"}) {
    out.push_back(what);
  }
  return out;
}

}  // namespace

void Coverage::note_statement(const policy::Match& match) {
  for (const policy::Statement& s : match.source->document->statements) {
    if (!(s.start == match.start)) continue;
    const auto count = [this](bool is, const char* what) {
      if (is) ++counts_[string("Allow or Deny with ") + what];
    };
    count(s.not_action, "NotAction");
    count(s.not_resource, "NotResource");
    count(s.not_principal, "NotPrincipal");
    count(s.sid.empty(), "Sid-less");
    count(!s.conditions.empty(), "condition");
    for (const auto& resource : s.resources) count(!resource.variables().empty(), "variable in Resource");
    for (const policy::Condition& c : s.conditions) {
      count(c.op().negated, "negated condition");
      count(c.op().if_exists, "IfExists");
      count(c.op().set == policy::SetOperator::for_all_values, "ForAllValues");
      count(c.op().set == policy::SetOperator::for_any_value, "ForAnyValue");
      count(c.op().family == policy::Operator::Family::null, "Null");
      count(!c.variables().empty(), "variable in condition");
    }
  }
}

void Coverage::note(const naive::World& w, const policy::Decision& full) {
  const bool allowed = full.allowed();
  const string effect = kEffects[static_cast<std::size_t>(full.effect)];
  ++counts_[effect + " by " + type_name(full.by)];
  ++counts_[w.caller_type + " " + effect];
  const auto count = [this](bool is, const char* what) { counts_[what] += is ? 1 : 0; };
  const bool across = !w.account.empty() && !w.resource_account.empty() && w.resource_account != w.account;
  count(across && allowed, "across accounts, allowed");
  count(across && !allowed, "across accounts, denied");
  count(allowed && w.caller_type == "federated_user" && w.entity_arn.ends_with(":root"), "federated by root, allowed");
  count(!full.missing_keys.empty(), "a missing key");
  count(allowed && w.scp.size() == 3, "three SCP levels, allowed");
  count(w.management_account && !w.scp.empty() && !w.account.empty(), "SCPs of the management account");
  count(!w.rcp.empty() && w.action.starts_with("iam:"), "RCPs of a service without them");
  count(allowed && w.resource_policy_is_trust && full.by == policy::PolicyType::identity, "a trust policy's account, allowed");
  count(allowed && w.boundary && w.session, "a session with boundary and session policy, allowed");
  for (const policy::Match& match : full.matches) note_statement(match);
}

void Coverage::print() const {
  for (const auto& [what, times] : counts_) std::printf("%9llu  %s\n", static_cast<unsigned long long>(times), what.c_str());
}

string Coverage::rarer_than(std::uint64_t times) const {
  string out;
  for (const string& what : required()) {
    const auto found = counts_.find(what);
    if (found == counts_.end() || found->second < times) out += what + "\n";
  }
  return out;
}

}  // namespace coverage
