// Witnesses: asked of the evaluator, and put into words.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "policy/analysis/checks.h"
#include "policy/text.h"

namespace haar::policy::analysis {
namespace {

// An owner of resources who is nobody's caller, so that the policy of the resource has to name whoever it lets in.
constexpr std::string_view kOwner = "000000000000";

std::shared_ptr<const PolicySet> everything_allowed() {
  static const auto set = [] {
    const auto document = parse(R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})",
                                Kind::identity);
    return PolicySet::build(Attached{"everything", SourceType::none, *document});
  }();
  return set;
}

// These two need no permission, so that the answer tells nothing of the policy; what matched does.
bool needs_no_permission(std::string_view action) {
  return equal_fold(action, "sts:GetCallerIdentity") || equal_fold(action, "sts:GetSessionToken");
}

bool allows_by_matches(const Decision& decision, PolicyType mine, PolicyType or_mine) {
  bool allowed = false;
  for (const Match& match : decision.matches) {
    if (match.type != mine && match.type != or_mine) continue;
    if (match.effect == StatementEffect::deny) return false;
    allowed = true;
  }
  return allowed;
}

std::string value_words(const KeyValue& value) {
  if (!value.present) return "is absent";
  if (!value.list) return "is " + value.texts.front();
  return fmt::format("is [{}]", fmt::join(value.texts, ", "));
}

std::string_view caller_words(const Caller& caller) {
  return caller.type == PrincipalType::anonymous ? std::string_view("anybody, without signing,") : std::string_view(caller.arn);
}

}  // namespace

bool lets_through(const Subject& subject, const Witness& witness) {
  const Principal principal = witness.caller.principal();
  Context context;
  for (const Witness::Named& named : witness.keys) {
    if (!named.value.present) continue;
    if (!named.value.list) context.set(named.key, named.value.texts.front());
    else context.set_list(named.key, context.keep(std::vector<std::string_view>(named.value.texts.begin(),
        named.value.texts.end())));
  }
  Policies policies;
  const bool identity = subject.kind == PolicyClass::identity;
  const auto all = everything_allowed();
  policies.identity = identity ? subject.set.get() : all.get();
  if (!identity) policies.resource = subject.set.get();
  const Request request{.principal = principal, .action = witness.action, .resource = witness.resource,
                        .resource_account = identity ? std::string_view() : kOwner, .context = context,
                        .resource_policy_must_allow = !identity};
  if (needs_no_permission(witness.action)) {
    const Decision decision = decide(request, policies, Detail::all);
    return identity ? allows_by_matches(decision, PolicyType::identity, PolicyType::identity)
                    : allows_by_matches(decision, PolicyType::resource, PolicyType::trust);
  }
  return decide(request, policies).allowed();
}

std::string in_words(const Witness& witness) {
  std::string out = fmt::format("{} may {} on {}", caller_words(witness.caller), witness.action, witness.resource);
  std::string_view before = " when ";
  for (const Witness::Named& named : witness.keys) {
    out += fmt::format("{}{} {}", before, named.key, value_words(named.value));
    before = " and ";
  }
  return out;
}

}  // namespace haar::policy::analysis
