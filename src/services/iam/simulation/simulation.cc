// The policy simulators, answered by the evaluator that decides real requests.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_testing-policies.html
//
// As on AWS, the context is what the request supplies and nothing else: aws:username and aws:CurrentTime too
// are missing unless ContextEntries has them. Shapes and texts that AWS's pages leave open (SourcePolicyType
// "IAM Policy", "user_ana_inline", one EvaluationResult for all resources of an action) follow recorded answers.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "api/kit/organization.h"
#include "base/arn.h"
#include "base/encoding.h"
#include "model/iam/SimulateCustomPolicy.h"
#include "model/iam/SimulatePrincipalPolicy.h"
#include "model/iam/service.h"
#include "policy/decide.h"
#include "services/iam/operations.h"
#include "services/iam/page.h"
#include "services/iam/policies/policy_exclusion.h"
#include "services/iam/policies/policy_source.h"
#include "services/iam/simulation/simulation_input.h"
#include "services/iam/simulation/statement_span.h"

namespace haar::iam {
namespace {

using policy::Attached;
using policy::PolicySet;

// What both operations come down to.
struct Simulation {
  policy::PrincipalType caller_type = policy::PrincipalType::user;
  std::string caller_arn, caller_id, caller_account, resource_owner;
  std::vector<std::string> resources;
  bool names_resources = false;      // false: the default, all of them
  bool needs_all_resources = false;  // an EC2 scenario: one call on several resources
  std::shared_ptr<const PolicySet> identity, boundary, resource;
  bool in_organization = false, in_management_account = false;
  std::vector<std::shared_ptr<const PolicySet>> scp_levels;  // root first
  std::vector<const PolicySet*> scp;                         // the same
  std::vector<std::string> missing;  // keys that the policies name and the request does not supply
  std::size_t statements = 0;        // in all policies
  policy::Context context;
};

// The places of statements, looked up once each: a document is read from its beginning for it.
class Spans {
 public:
  const StatementSpan& of(const policy::Match& match) {
    const policy::Document* document = match.source->document.get();
    const auto at = known_.find({document, match.start.line, match.start.column});
    if (at != known_.end()) return at->second;
    return known_.emplace(Key{document, match.start.line, match.start.column}, aws_span(*document, match)).first->second;
  }

 private:
  using Key = std::tuple<const policy::Document*, std::uint32_t, std::uint32_t>;
  std::map<Key, StatementSpan> known_;
};

// ---- the request --------------------------------------------------------------------------------

Error bad_caller() { return errors::InvalidInput("Invalid caller - Caller must be an IAM user in this context."); }

// The caller that the request names. With a resource policy it has to be a user.
Result<void> set_caller(const std::string& caller_arn, bool has_resource_policy, Simulation& s) {
  const EntityName name = TRY(parse_entity_arn(caller_arn));
  if (has_resource_policy && name.kind != EntityKind::user) return bad_caller();
  s.caller_type = name.kind == EntityKind::role ? policy::PrincipalType::role_session : policy::PrincipalType::user;
  s.caller_arn = caller_arn;
  s.caller_id.clear();
  s.caller_account = name.account;
  return {};
}

// "If an IAM entity has a permissions boundary in effect, then the boundary that you pass is used instead", and
// "you can input only one permissions boundary".
Result<void> set_boundary(const std::optional<std::vector<std::string>>& documents, Simulation& s) {
  if (!documents || documents->empty()) return {};
  if (documents->size() > 1)
    return errors::InvalidInput("PermissionsBoundaryPolicyInputList can contain only one policy.");
  s.boundary = PolicySet::build(
      TRY(given_policies(*documents, "PermissionsBoundaryPolicyInputList", policy::Kind::boundary)));
  return {};
}

// A role's trust policy has no Resource; any other resource policy has one.
Result<void> set_resource_policy(const std::optional<std::string>& document, Simulation& s) {
  if (!document) return {};
  Result<std::shared_ptr<const policy::Document>> parsed = policy::parse(*document, policy::Kind::resource);
  if (!parsed.ok()) {
    Result<std::shared_ptr<const policy::Document>> trust = policy::parse(*document, policy::Kind::trust);
    if (!trust.ok()) return errors::InvalidInput(parsed.error().message);
    parsed = std::move(trust);
  }
  s.resource = PolicySet::build(Attached{"ResourcePolicy", policy::SourceType::resource, std::move(parsed).value()});
  return {};
}

// Notes the set's statements, and the keys that it asks for in vain.
void look_through(const PolicySet* set, Simulation& s) {
  if (set == nullptr) return;
  for (const Attached& attached : set->attached()) {
    s.statements += policy::statement_count(*attached.document);
    for (std::string& key : policy::context_keys_of(*attached.document)) {
      if (s.context.find(policy::resolve_key(key)) != nullptr) continue;
      const auto same = [folded = to_lower(key)](const std::string& known) { return to_lower(known) == folded; };
      if (std::ranges::none_of(s.missing, same)) s.missing.push_back(std::move(key));
    }
  }
}

// Service control policies of the caller's account; those of other accounts are nobody's business.
void set_organization(const Call& call, Simulation& s) {
  if (call.env.organizations == nullptr || s.caller_account != call.account().value) return;
  const std::shared_ptr<const api::Membership> membership = call.env.organizations->find(call.txn, call.account());
  if (!membership) return;
  s.in_organization = true;
  s.in_management_account = membership->management;
  s.scp_levels = membership->scp_levels;
}

// The organization that the request describes, in place of the one the account is in: from the root down to the
// account. As in a real one, a level that has no policy allows nothing.
Result<void> set_given_organization(const std::vector<OrderedOrganizationPolicyType>& levels, Simulation& s) {
  static const std::vector<std::string> none;
  s.in_organization = true;
  for (const OrderedOrganizationPolicyType& level : levels) {
    const std::string name = fmt::format("OrderedOrganizationPolicyInputList.{}.ServiceControlPolicyInputList",
                                         s.scp_levels.size() + 1);
    const auto& documents = level.ServiceControlPolicyInputList ? *level.ServiceControlPolicyInputList : none;
    s.scp_levels.push_back(PolicySet::build(TRY(given_policies(documents, name, policy::Kind::scp))));
    look_through(s.scp_levels.back().get(), s);
  }
  return {};
}

Result<void> set_levels(const Call& call, const SimulateCustomPolicyRequest& in, Simulation& s) {
  const auto& levels = in.OrderedOrganizationPolicyInputList;
  if (levels && !levels->empty()) return set_given_organization(*levels, s);
  set_organization(call, s);
  return {};
}

Result<void> set_levels(const Call& call, const SimulatePrincipalPolicyRequest& in, Simulation& s) {
  set_organization(call, s);
  if (TRY(PolicyExclusions::read(in.PolicyExclusionList)).excludes_scps()) s.scp_levels.clear();
  return {};
}

// What the two requests have in common. `given`: identity policies beside those of the request.
template <class Input>
Result<void> read_input(const Call& call, const Input& in, std::vector<Attached> identity, Simulation& s) {
  TRY(check_action_names(in.ActionNames));
  if (in.ResourceArns && !in.ResourceArns->empty()) {
    TRY(check_resource_arns(*in.ResourceArns));
    s.resources = *in.ResourceArns;
    s.names_resources = s.resources.size() > 1 || s.resources.front() != "*";
  } else {
    s.resources = {"*"};
  }
  if (in.ResourceHandlingOption) {
    TRY(check_resource_handling(*in.ResourceHandlingOption, s.resources));
    s.needs_all_resources = true;
  }
  s.identity = PolicySet::build(std::move(identity));
  TRY(set_boundary(in.PermissionsBoundaryPolicyInputList, s));
  TRY(set_resource_policy(in.ResourcePolicy, s));
  if (in.CallerArn) TRY(set_caller(*in.CallerArn, s.resource != nullptr, s));
  else if (s.resource && (s.caller_arn.empty() || s.caller_type != policy::PrincipalType::user)) return bad_caller();
  s.resource_owner = in.ResourceOwner ? TRY(account_of_owner(*in.ResourceOwner)) : s.caller_account;
  if (in.ContextEntries) {
    TRY(check_context_entries(*in.ContextEntries));
    fill_context(*in.ContextEntries, s.context);
  }
  look_through(s.identity.get(), s);
  look_through(s.boundary.get(), s);
  look_through(s.resource.get(), s);
  TRY(set_levels(call, in, s));
  for (const auto& level : s.scp_levels) s.scp.push_back(level.get());
  return {};
}

// ---- the answer ---------------------------------------------------------------------------------

std::string decision_text(policy::Effect effect) {
  switch (effect) {
    case policy::Effect::allow: return "allowed";
    case policy::Effect::explicit_deny: return "explicitDeny";
    case policy::Effect::implicit_deny: return "implicitDeny";
  }
  return "implicitDeny";
}

bool is_resource_policy(policy::PolicyType type) {
  return type == policy::PolicyType::resource || type == policy::PolicyType::trust;
}

// "AdministratorAccess" of a managed policy, "user_ana_inline" of an inline one, "PolicyInputList.1" as given.
std::string shown_source(const Attached& source) {
  if (source.source_id.starts_with("arn:")) return source.source_id.substr(source.source_id.rfind('/') + 1);
  std::string id = source.source_id;
  std::ranges::replace(id, '/', '_');
  return id;
}

Position position_view(policy::Position at) {
  Position view;
  view.Line = static_cast<std::int32_t>(at.line);
  view.Column = static_cast<std::int32_t>(at.column);
  return view;
}

Statement statement_view(const policy::Match& match, Spans& spans) {
  const StatementSpan& span = spans.of(match);
  Statement view;
  view.SourcePolicyId = shown_source(*match.source);
  view.SourcePolicyType = is_resource_policy(match.type) ? "Resource Policy" : "IAM Policy";
  view.StartPosition = position_view(span.start);
  view.EndPosition = position_view(span.end);
  return view;
}

// The statements that determined the result: "if only one statement denies that operation, then the explicit
// deny overrides any allow, and the deny statement is the only entry included". Service control policies are not
// shown: mostly they are no input of the request, and how AWS shows those that are is not documented.
std::vector<Statement> matched_statements(const policy::Decision& decision, Spans& spans) {
  std::vector<Statement> resource, own;
  if (decision.effect == policy::Effect::implicit_deny) return own;
  const auto wanted = decision.allowed() ? policy::StatementEffect::allow : policy::StatementEffect::deny;
  for (const policy::Match& match : decision.matches) {
    if (match.effect != wanted || match.type == policy::PolicyType::scp) continue;
    if (match.type == policy::PolicyType::boundary && decision.allowed()) continue;
    (is_resource_policy(match.type) ? resource : own).push_back(statement_view(match, spans));
  }
  resource.insert(resource.end(), std::make_move_iterator(own.begin()), std::make_move_iterator(own.end()));
  return resource;
}

// What the policies of one side say by themselves.
std::string side_text(const policy::Decision& decision, bool resource_side) {
  policy::Effect effect = policy::Effect::implicit_deny;
  for (const policy::Match& match : decision.matches) {
    if (match.type == policy::PolicyType::scp || is_resource_policy(match.type) != resource_side) continue;
    if (match.type == policy::PolicyType::boundary && match.effect == policy::StatementEffect::allow) continue;
    if (match.effect == policy::StatementEffect::deny) effect = policy::Effect::explicit_deny;
    else if (effect == policy::Effect::implicit_deny) effect = policy::Effect::allow;
  }
  return decision_text(effect);
}

struct Judged {
  policy::Decision decision;
  bool crosses_accounts = false;
};

Judged judge(const Simulation& s, const std::string& action, const std::string& resource) {
  policy::Principal principal;
  principal.type = s.caller_type;
  principal.account = s.caller_account;
  principal.arn = principal.principal_arn = s.caller_arn;
  principal.unique_id = principal.userid = s.caller_id;
  principal.management_account = s.in_management_account;
  policy::Policies policies;
  policies.identity = s.identity.get();
  policies.boundary = s.boundary.get();
  policies.resource = s.resource.get();
  policies.scp = s.scp;
  // Two accounts have to agree only where the request brings a resource policy: the simulator does not look at
  // the resources' own.
  std::string owner;
  if (s.resource) {
    const std::optional<Arn> arn = Arn::parse(resource);
    owner = arn && !arn->account.empty() ? arn->account : s.resource_owner;
  }
  const bool trust = s.resource && policy::kind_of(*s.resource->attached().front().document) == policy::Kind::trust;
  const policy::Request request{principal, action, resource, owner, s.context, trust, false};
  return {policy::decide(request, policies, policy::Detail::all), !owner.empty() && owner != s.caller_account};
}

std::map<std::string, std::string> details_of(const policy::Decision& decision) {
  return {{"IAM Policy", side_text(decision, false)}, {"Resource Policy", side_text(decision, true)}};
}

PermissionsBoundaryDecisionDetail boundary_detail(bool allows) {
  PermissionsBoundaryDecisionDetail detail;
  detail.AllowedByPermissionsBoundary = allows;
  return detail;
}

ResourceSpecificResult resource_result(const Simulation& s, const std::string& resource, const Judged& judged,
                                       Spans& spans) {
  ResourceSpecificResult out;
  out.EvalResourceName = resource;
  out.EvalResourceDecision = decision_text(judged.decision.effect);
  out.MatchedStatements = matched_statements(judged.decision, spans);
  out.MissingContextValues = s.missing;
  // An organization's denial ends the simulation.
  if (judged.crosses_accounts && judged.decision.organization_allows) out.EvalDecisionDetails = details_of(judged.decision);
  if (s.boundary) out.PermissionsBoundaryDecisionDetail = boundary_detail(judged.decision.boundary_allows);
  return out;
}

// One decision for an action on several resources. An EC2 scenario is one call on all of them. Otherwise AWS's
// recorded answers show a denial where any resource is denied, and else "allowed" where any is allowed.
policy::Effect combined(const Simulation& s, const std::vector<Judged>& all) {
  const auto any = [&all](policy::Effect effect) {
    return std::ranges::any_of(all, [effect](const Judged& j) { return j.decision.effect == effect; });
  };
  if (any(policy::Effect::explicit_deny)) return policy::Effect::explicit_deny;
  if (s.needs_all_resources && any(policy::Effect::implicit_deny)) return policy::Effect::implicit_deny;
  return any(policy::Effect::allow) ? policy::Effect::allow : policy::Effect::implicit_deny;
}

EvaluationResult evaluate(const Simulation& s, const std::string& action, Spans& spans) {
  std::vector<Judged> all;
  for (const std::string& resource : s.resources) all.push_back(judge(s, action, resource));
  EvaluationResult out;
  out.EvalActionName = action;
  const bool one = all.size() == 1;
  const policy::Decision& first = all.front().decision;
  out.EvalResourceName = one ? s.resources.front() : "*";
  out.EvalDecision = decision_text(combined(s, all));
  out.MatchedStatements = one ? matched_statements(first, spans) : std::vector<Statement>();
  // "If you include a list of resources, then any missing context values are instead included under the
  // ResourceSpecificResults section."
  out.MissingContextValues = s.names_resources ? std::vector<std::string>() : s.missing;
  const auto allows = [&all](bool policy::Decision::*member) {
    return std::ranges::all_of(all, [member](const Judged& j) { return j.decision.*member; });
  };
  const bool organization_allows = allows(&policy::Decision::organization_allows);
  if (s.in_organization) {
    out.OrganizationsDecisionDetail.emplace();
    out.OrganizationsDecisionDetail->AllowedByOrganizations = organization_allows;
  }
  if (s.boundary) out.PermissionsBoundaryDecisionDetail = boundary_detail(allows(&policy::Decision::boundary_allows));
  if (!s.names_resources) return out;
  // Present but empty within an account, absent where an organization's denial ended the simulation.
  if (organization_allows) out.EvalDecisionDetails.emplace();
  if (one && organization_allows && all.front().crosses_accounts) out.EvalDecisionDetails = details_of(first);
  out.ResourceSpecificResults.emplace();
  for (std::size_t i = 0; i < all.size(); ++i)
    out.ResourceSpecificResults->push_back(resource_result(s, s.resources[i], all[i], spans));
  return out;
}

// The place of an action in its request, as the key of a page.
std::string place(std::size_t index) { return fmt::format("{:08}", index); }

template <class Input>
Result<SimulatePolicyResponse> answer(const Call& call, const Simulation& s, std::string_view operation, const Input& in) {
  std::string listing(operation);
  for (const std::string& action : in.ActionNames) listing.append(" ").append(action);
  for (const std::string& resource : s.resources) listing.append(" ").append(resource);
  Page page = TRY(Page::open(call, listing, in));
  SimulatePolicyResponse out;
  out.EvaluationResults.emplace();
  Spans spans;
  std::size_t work = 0;
  for (std::size_t i = 0; i < in.ActionNames.size(); ++i) {
    if (page.before(place(i))) continue;
    if (!page.take(place(i))) break;
    work += s.resources.size() * std::max<std::size_t>(s.statements, 1);
    if (work > simulated_statements_max)
      return errors::InvalidInput(fmt::format(
          "At most {} combinations of actions, resources and statements can be simulated at once.", simulated_statements_max));
    out.EvaluationResults->push_back(evaluate(s, in.ActionNames[i], spans));
  }
  page.close(out);
  return out;
}

// ---- the operations -----------------------------------------------------------------------------

Result<SimulatePolicyResponse> simulate_custom_policy(Call& call, const SimulateCustomPolicyRequest& in) {
  Simulation s;
  s.caller_account = call.account().value;
  std::vector<Attached> given = TRY(given_policies(in.PolicyInputList, "PolicyInputList", policy::Kind::identity));
  TRY(read_input(call, in, std::move(given), s));
  return answer(call, s, "SimulateCustomPolicy", in);
}

policy::PrincipalType principal_type(const PolicySource& source) {
  if (source.kind != EntityKind::role) return policy::PrincipalType::user;
  return source.service_linked ? policy::PrincipalType::service_linked_session : policy::PrincipalType::role_session;
}

Result<SimulatePolicyResponse> simulate_principal_policy(Call& call, const SimulatePrincipalPolicyRequest& in) {
  const PolicySource source = TRY(find_policy_source(call, in.PolicySourceArn));
  Simulation s;
  s.caller_account = call.account().value;
  s.caller_type = principal_type(source);
  const PolicyExclusions excluded = TRY(PolicyExclusions::read(in.PolicyExclusionList));
  if (!excluded.excludes_boundary()) s.boundary = source.boundary;
  // A group calls nothing itself.
  if (source.kind != EntityKind::group) {
    s.caller_arn = source.arn;
    s.caller_id = source.unique_id;
  }
  const auto own = source.identity->attached();
  std::vector<Attached> identity;
  std::ranges::copy_if(own, std::back_inserter(identity), [&](const Attached& one) { return !excluded.excludes(one); });
  if (in.PolicyInputList) {
    std::vector<Attached> given = TRY(given_policies(*in.PolicyInputList, "PolicyInputList", policy::Kind::identity));
    std::ranges::move(given, std::back_inserter(identity));
  }
  TRY(read_input(call, in, std::move(identity), s));
  return answer(call, s, "SimulatePrincipalPolicy " + in.PolicySourceArn, in);
}

void needs_simulate_principal_policy(const Call& call, const SimulatePrincipalPolicyRequest& in, Requirements& needs) {
  need_policy_source(call, in.PolicySourceArn, needs);
}

}  // namespace

const api::Operations simulation_operations = {
    api::op<ops::SimulateCustomPolicy>(simulate_custom_policy, api::any_resource, api::read_only,
        api::takes("PolicyInputList PermissionsBoundaryPolicyInputList OrderedOrganizationPolicyInputList "
                   "ActionNames ResourceArns ResourcePolicy ResourceOwner CallerArn ContextEntries "
                   "ResourceHandlingOption MaxItems Marker")),
    api::op<ops::SimulatePrincipalPolicy>(simulate_principal_policy, api::on(needs_simulate_principal_policy),
        api::read_only,
        api::takes("PolicySourceArn PolicyInputList PermissionsBoundaryPolicyInputList PolicyExclusionList "
                   "ActionNames ResourceArns ResourcePolicy ResourceOwner CallerArn ContextEntries "
                   "ResourceHandlingOption MaxItems Marker")),
};

}  // namespace haar::iam
