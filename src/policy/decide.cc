#include "policy/decide.h"

#include <algorithm>

#include "policy/action_index.h"
#include "policy/compiled.h"
#include "policy/set_index.h"
#include "policy/text.h"

namespace haar::policy {
namespace {

bool is_account_principal(PrincipalType type) {
  return type != PrincipalType::service && type != PrincipalType::federated && type != PrincipalType::anonymous;
}

struct Found {
  const StatementRef* ref = nullptr;
  Named named = Named::no;
  explicit operator bool() const { return ref != nullptr; }
};

// What one set of policies says: a Deny, or else the Allow that names the caller most directly.
struct Verdict {
  Found deny, allow;
};

class Evaluator {
 public:
  Evaluator(const Request& request, const Policies& policies)
      : request_(request),
        policies_(policies),
        action_(request.action),
        arn_(request.resource),
        resource_type_(type_of_resource_policy()),
        scp_applies_(is_account_principal(request.principal.type) && !request.principal.management_account &&
                     request.principal.type != PrincipalType::service_linked_session),
        rcp_applies_(!policies.rcp.empty() && rcps_cover(request)) {}

  Decision decide() const {
    Decision out;
    if (action_.too_long()) {
      out.reason = Reason::action_too_long;
      return out;
    }
    // "No permissions are required to perform this operation", not even under an explicit Deny:
    // https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    if (action_.text() == "sts:getcalleridentity") return allow(Reason::always_allowed, PolicyType::none, {});
    // A Deny of any set ends it. What has to allow whoever grants comes first: every level of SCPs, and the
    // endpoint. RCPs have no say in that, since RCPFullAWSAccess cannot be detached.
    PolicyType silent = PolicyType::none;
    if (scp_applies_) {
      for (const PolicySet* level : policies_.scp) {
        const Verdict v = evaluate(level, PolicyType::scp);
        if (v.deny) return denied(PolicyType::scp, v.deny);
        if (!v.allow) silent = PolicyType::scp;
      }
    }
    if (rcp_applies_) {
      for (const PolicySet* level : policies_.rcp) {
        if (const Verdict v = evaluate(level, PolicyType::rcp); v.deny) return denied(PolicyType::rcp, v.deny);
      }
    }
    const Verdict endpoint = evaluate(policies_.endpoint, PolicyType::endpoint);
    if (endpoint.deny) return denied(PolicyType::endpoint, endpoint.deny);
    if (policies_.endpoint != nullptr && !endpoint.allow && silent == PolicyType::none) silent = PolicyType::endpoint;
    const Verdict resource = evaluate(policies_.resource, resource_type_);
    if (resource.deny) return denied(resource_type_, resource.deny);
    const Verdict identity = evaluate(policies_.identity, PolicyType::identity);
    if (identity.deny) return denied(PolicyType::identity, identity.deny);
    const Verdict boundary = evaluate(policies_.boundary, PolicyType::boundary);
    if (boundary.deny) return denied(PolicyType::boundary, boundary.deny);
    const Verdict session = evaluate(policies_.session, PolicyType::session);
    if (session.deny) return denied(PolicyType::session, session.deny);
    if (silent != PolicyType::none) return not_allowed(silent);
    return without_denial(resource.allow, {identity.allow, boundary.allow, session.allow});
  }

  // Everything that matched, for the simulators: nothing is skipped because the answer is known.
  void collect(Decision& out) const {
    collect_set(policies_.identity, PolicyType::identity, out);
    collect_set(policies_.boundary, PolicyType::boundary, out);
    collect_set(policies_.session, PolicyType::session, out);
    collect_set(policies_.resource, resource_type_, out);
    collect_set(policies_.endpoint, PolicyType::endpoint, out);
    if (scp_applies_) {
      for (const PolicySet* level : policies_.scp) collect_set(level, PolicyType::scp, out);
    }
    if (rcp_applies_) {
      for (const PolicySet* level : policies_.rcp) collect_set(level, PolicyType::rcp, out);
    }
    const Verdict boundary = evaluate(policies_.boundary, PolicyType::boundary);
    out.boundary_allows = policies_.boundary == nullptr || (boundary.allow && !boundary.deny);
    out.organization_allows = organization_allows();
  }

 private:
  [[nodiscard]] PolicyType type_of_resource_policy() const {
    constexpr std::string_view kSts = "sts:";
    if (policies_.resource != nullptr && !policies_.resource->attached().empty()) {
      const bool trust = policies_.resource->attached().front().document->kind == Kind::trust;
      return trust ? PolicyType::trust : PolicyType::resource;
    }
    const bool sts = request_.resource_policy_must_allow && request_.action.size() > kSts.size() &&
                     equal_fold(request_.action.substr(0, kSts.size()), kSts);
    return sts ? PolicyType::trust : PolicyType::resource;
  }

  [[nodiscard]] bool covers_resource(const Statement& s) const {
    if (s.resources.empty()) return true;  // a trust policy is about its own role
    const auto matches = [this](const ArnPattern& p) { return p.match(arn_, request_.context) == Tri::yes; };
    if (!s.not_resource) return std::any_of(s.resources.begin(), s.resources.end(), matches);
    // A pattern whose variable has no value makes the whole NotResource match nothing.
    return std::none_of(s.resources.begin(), s.resources.end(), matches) &&
           std::all_of(s.resources.begin(), s.resources.end(),
                       [this](const ArnPattern& p) { return p.resolves(request_.context); });
  }

  [[nodiscard]] Named covers_principal(const Statement& s, PolicyType type) const {
    if (!s.has_principal) return Named::caller;
    const Principal& p = request_.principal;
    if (s.not_principal) {
      // "… with a Deny effect will always deny any IAM principal that has a permissions boundary policy
      // attached to it, regardless of the values specified in the NotPrincipal element."
      if (policies_.boundary != nullptr && is_account_principal(p.type) && p.type != PrincipalType::root) {
        return Named::caller;
      }
      return exempts(s.principals, p) ? Named::no : Named::caller;
    }
    // To let a service or an identity provider's users into a role, a trust policy has to name them.
    const bool everyone_counts = s.effect == StatementEffect::deny || is_account_principal(p.type) ||
                                 (type != PolicyType::trust && p.type != PrincipalType::federated) ||
                                 type == PolicyType::endpoint;
    return names(s.principals, p, everyone_counts);
  }

  [[nodiscard]] Named matches(const Statement& s, PolicyType type) const {
    const Named named = covers_principal(s, type);
    if (named == Named::no || s.unconditional) return named;
    if (!covers_resource(s)) return Named::no;
    for (const Condition& condition : s.conditions) {
      if (!condition.matches(request_.context)) return Named::no;
    }
    return named;
  }

  [[nodiscard]] Verdict evaluate(const PolicySet* set, PolicyType type) const {
    Verdict out;
    if (set == nullptr) return out;
    const auto& index = set->index();
    const auto visit = [&](ActionIndex::Id id, bool deny) {
      const StatementRef& ref = index.refs[id];
      const Named named = matches(*ref.statement, type);
      Found& found = deny ? out.deny : out.allow;
      if (named > found.named) found = {&ref, named};
      return deny && named != Named::no;
    };
    // Nothing is stronger than naming the caller.
    index.actions.each(action_, visit, [&out] { return out.allow.named == Named::caller; });
    return out;
  }

  static Match to_match(PolicyType type, const StatementRef& ref) {
    return {type, ref.source, ref.statement->effect, ref.statement->sid, ref.statement->start, ref.statement->end};
  }

  static Decision allow(Reason reason, PolicyType by, Found found) {
    Decision out;
    out.effect = Effect::allow;
    out.by = by;
    out.reason = reason;
    if (found) out.deciding = to_match(by, *found.ref);
    return out;
  }
  static Decision not_allowed(PolicyType by) {
    Decision out;
    out.by = by;
    return out;
  }

  static Decision denied(PolicyType by, Found found) {
    Decision out;
    out.effect = Effect::explicit_deny;
    out.by = by;
    out.reason = Reason::denied_by_statement;
    out.deciding = to_match(by, *found.ref);
    return out;
  }

  [[nodiscard]] bool organization_allows() const {
    if (scp_applies_) {
      for (const PolicySet* level : policies_.scp) {
        const Verdict v = evaluate(level, PolicyType::scp);
        if (v.deny || !v.allow) return false;
      }
    }
    if (!rcp_applies_) return true;
    return std::none_of(policies_.rcp.begin(), policies_.rcp.end(),
                        [&](const PolicySet* level) { return static_cast<bool>(evaluate(level, PolicyType::rcp).deny); });
  }

  // The Allows of the principal's own policies.
  struct Own {
    Found identity, boundary, session;
  };

  Decision without_denial(Found resource, const Own& own) const {
    const bool has_account = is_account_principal(request_.principal.type);
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_getsessiontoken.html
    if (has_account && action_.text() == "sts:getsessiontoken") return allow(Reason::always_allowed, PolicyType::none, {});
    if (!has_account) {
      return resource ? allow(Reason::allowed_by_resource, resource_type_, resource) : not_allowed(resource_type_);
    }
    const bool same_account =
        request_.resource_account.empty() || request_.resource_account == request_.principal.account;
    return same_account ? within_account(resource, own) : across_accounts(resource, own);
  }

  // Identity (where it is needed), boundary and session policy one after the other; `granted` is the answer where
  // the identity is not asked and the others agree.
  Decision by_identity(const Own& own, bool need_identity, Decision granted) const {
    const PrincipalType type = request_.principal.type;
    // Without a session policy a federated user has only what resource policies give to the session itself:
    // https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
    if (type == PrincipalType::federated_user && policies_.session == nullptr) return not_allowed(PolicyType::session);
    // Whoever the root user made a federated user has root's permissions, within the session policy.
    const bool root = type == PrincipalType::root ||
                      (type == PrincipalType::federated_user && request_.principal.principal_arn.ends_with(":root"));
    if (need_identity && root) {
      granted = allow(Reason::allowed_root, PolicyType::none, {});
    } else if (need_identity) {
      if (!own.identity) return not_allowed(PolicyType::identity);
      granted = allow(Reason::allowed_by_identity, PolicyType::identity, own.identity);
    }
    if (policies_.boundary != nullptr && !own.boundary) return not_allowed(PolicyType::boundary);
    if (policies_.session != nullptr && !own.session) return not_allowed(PolicyType::session);
    return granted;
  }

  Decision within_account(Found resource, const Own& own) const {
    if (resource.named == Named::no && request_.resource_policy_must_allow) return not_allowed(resource_type_);
    if (resource.named == Named::caller) return allow(Reason::allowed_by_resource, resource_type_, resource);
    if (resource.named == Named::entity) {
      return by_identity(own, false, allow(Reason::allowed_by_resource, resource_type_, resource));
    }
    return by_identity(own, true, not_allowed(PolicyType::none));
  }

  // Both accounts have to agree, and naming a session does not lift its boundary.
  Decision across_accounts(Found resource, const Own& own) const {
    Decision mine = by_identity(own, true, not_allowed(PolicyType::none));
    if (!mine.allowed() || resource) return mine;
    return not_allowed(resource_type_);
  }

  void collect_set(const PolicySet* set, PolicyType type, Decision& out) const {
    if (set == nullptr) return;
    const auto& refs = set->index().refs;
    std::vector<ActionIndex::Id> ids;
    const auto keep = [&ids](ActionIndex::Id id, bool /*deny*/) {
      ids.push_back(id);
      return false;
    };
    set->index().actions.each(action_, keep, [] { return false; });
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    for (const ActionIndex::Id id : ids) {
      const Statement& s = *refs[id].statement;
      if (matches(s, type) != Named::no) out.matches.push_back(to_match(type, refs[id]));
      if (covers_principal(s, type) != Named::no) collect_missing(s, out);
    }
  }

  void note_missing(const KeyRef& key, const std::string& written, Decision& out) const {
    if (request_.context.find(key) != nullptr) return;
    const auto same = [&written](const std::string& known) { return equal_fold(known, written); };
    if (std::none_of(out.missing_keys.begin(), out.missing_keys.end(), same)) out.missing_keys.push_back(written);
  }

  void collect_missing(const Statement& s, Decision& out) const {
    for (const ArnPattern& resource : s.resources) {
      for (const KeyRef& key : resource.variables()) note_missing(key, key_text(key), out);
    }
    if (!covers_resource(s)) return;
    for (const Condition& condition : s.conditions) {
      note_missing(condition.key(), condition.key_as_written(), out);
      for (const KeyRef& key : condition.variables()) note_missing(key, key_text(key), out);
    }
  }

  const Request& request_;
  const Policies& policies_;
  PreparedAction action_;
  ArnView arn_;
  PolicyType resource_type_;
  bool scp_applies_, rcp_applies_;
};

}  // namespace

Decision decide(const Request& request, const Policies& policies, Detail detail) {
  const Evaluator evaluator(request, policies);
  Decision decision = evaluator.decide();
  if (detail == Detail::all && decision.reason != Reason::action_too_long) evaluator.collect(decision);
  return decision;
}

}  // namespace haar::policy
