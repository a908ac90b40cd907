// Delegation requests: a product provider asks for temporary permissions, a customer lends its own.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies-temporary-delegation.html
//
// What AWS does by hand haar's operator does: a provider's policy templates are registered there, and what AWS
// would publish to the provider's SNS topic is read there. AWS's pages do not tell the texts of these errors.
#include <array>

#include "api/kit/identity.h"
#include "base/arn.h"
#include "model/iam/AcceptDelegationRequest.h"
#include "model/iam/AssociateDelegationRequest.h"
#include "model/iam/CreateDelegationRequest.h"
#include "model/iam/GetDelegationRequest.h"
#include "model/iam/GetHumanReadableSummary.h"
#include "model/iam/ListDelegationRequests.h"
#include "model/iam/RejectDelegationRequest.h"
#include "model/iam/SendDelegationToken.h"
#include "model/iam/SimulateCustomPolicy.h"
#include "model/iam/UpdateDelegationRequest.h"
#include "model/iam/service.h"
#include "policy/decide.h"
#include "services/iam/delegation/delegation.h"
#include "services/iam/operations.h"
#include "services/iam/page.h"
#include "services/iam/policies/permission_check.h"
#include "services/iam/policies/policy_summary.h"
#include "services/iam/principals/entities.h"
#include "services/iam/retention.h"

namespace haar::iam {
namespace {

// "root users can only approve delegation requests with a duration of 4 hours or less"
constexpr std::int32_t root_session_seconds_max = 4 * 3600;

std::string request_arn(const Call& call, std::string_view id) {
  return make_arn(call.partition(), "iam", "", call.account(), "delegation-request/" + std::string(id));
}

Error no_such_request(std::string_view id) {
  return errors::NoSuchEntity("The delegation request " + std::string(id) + " cannot be found.");
}

Error wrong_state(const DelegationRequestRecord& request, std::string_view state, std::string_view what) {
  return errors::InvalidInput("The delegation request " + request.id + " is in the state " + std::string(state) +
                              " and cannot be " + std::string(what) + ".");
}

// "If a delegation request has no owner or owner account, [it] can be called by any account. If the owner account
// is assigned […], only identities within that owner account can call".
bool may_see(const Call& call, const DelegationRequestRecord& request) {
  return request.owner_account.empty() || request.owner_account == call.account().value;
}

FoundDelegation find_visible(const Call& call, std::string_view id) {
  const FoundDelegation found = find_delegation(call.txn, id);
  return found.record != nullptr && may_see(call, *found.record) ? found : FoundDelegation{};
}

Result<FoundDelegation> need_visible(const Call& call, std::string_view id) {
  const FoundDelegation found = find_visible(call, id);
  if (found.record == nullptr) return no_such_request(id);
  return found;
}

// A request in one of these states, to be changed.
Result<FoundDelegation> need_in_state(const Call& call, const std::string& id,
                                      std::initializer_list<std::string_view> states, std::string_view what) {
  const FoundDelegation found = TRY(need_visible(call, id));
  const std::string_view state = state_of(*found.record, call.now());
  if (std::find(states.begin(), states.end(), state) == states.end()) return wrong_state(*found.record, state, what);
  return found;
}

void save_request(Call& call, const AccountId& provider, DelegationRequestRecord request) {
  leave_notice(call.txn, provider, request, call.now());
  const store::Key key = store::key_of(provider, store::global, request.id);
  call.txn.put(delegation_requests, key, std::move(request));
}

// ---- creating -----------------------------------------------------------------------------------

// "At this time, only SNS topic ARNs are accepted for notification."
Result<void> check_channel(const std::string& channel) {
  const std::optional<Arn> arn = Arn::parse(channel);
  if (!arn || arn->service != "sns" || arn->region.empty() || arn->account.empty() || arn->resource.empty())
    return errors::InvalidInput("The notification channel " + channel + " is not the ARN of an SNS topic.");
  return {};
}

std::vector<DelegationParameter> parameters_in(const DelegationPermission& permissions) {
  std::vector<DelegationParameter> out;
  if (!permissions.Parameters) return out;
  for (const PolicyParameter& parameter : *permissions.Parameters)
    out.push_back({parameter.Name.value_or(""), parameter.Type.value_or("string"),
                   parameter.Values.value_or(std::vector<std::string>{})});
  return out;
}

// Expired requests, and what is left of those that ended, go when the provider makes its next one.
void sweep_requests(Call& call) {
  for (const auto& [key, request] : call.txn.scan(delegation_requests, store::prefix_of(call.account(), store::global))) {
    if (is_forgotten(request, call.now())) call.txn.erase(delegation_requests, key);
  }
}

Result<CreateDelegationRequestResponse> create_request(Call& call, const CreateDelegationRequestRequest& in) {
  TRY(check_channel(in.NotificationChannel));
  const std::string template_arn = in.Permissions.PolicyTemplateArn.value_or("");
  const DelegationTemplateRecord* known =
      call.txn.get(delegation_templates, store::key_of(call.account(), store::global, template_arn));
  if (known == nullptr)
    return errors::InvalidInput("The policy template " + template_arn + " is not registered for this account.");
  if (in.OwnerAccountId && call.txn.get(accounts, account_key(AccountId(*in.OwnerAccountId))) == nullptr)
    return errors::InvalidInput("The account " + *in.OwnerAccountId + " does not exist.");
  if (!call.txn.find(delegation_requests, delegation_by_workflow, store::join(call.account(), in.RequestorWorkflowId)).empty())
    return errors::EntityAlreadyExists("A delegation request with the workflow ID " + in.RequestorWorkflowId +
                                       " already exists.");
  sweep_requests(call);
  if (call.txn.count(delegation_requests, store::prefix_of(call.account(), store::global)) >= delegation_requests_max)
    return over_quota("DelegationRequestsPerAccount", delegation_requests_max);
  DelegationRequestRecord request;
  request.parameters = parameters_in(in.Permissions);
  request.policy = TRY(render_template(known->document, request.parameters));
  request.id = uuid4(call.random());
  request.requestor_name = known->requestor_name;
  request.workflow_id = in.RequestorWorkflowId;
  request.owner_account = in.OwnerAccountId.value_or("");
  request.description = in.Description;
  request.message = in.RequestMessage.value_or("");
  request.redirect_url = in.RedirectUrl.value_or("");
  request.notification_channel = in.NotificationChannel;
  request.template_arn = template_arn;
  request.session_seconds = in.SessionDuration;
  request.only_send_by_owner = in.OnlySendByOwner.value_or(false);
  request.created = call.now();
  enter_state(request, delegation_state::unassigned, call.now());
  CreateDelegationRequestResponse out;
  out.DelegationRequestId = request.id;
  const store::Key key = store::key_of(call.account(), store::global, request.id);
  call.txn.put(delegation_requests, key, std::move(request));
  return out;
}

// ---- the customer's side ------------------------------------------------------------------------

Result<wire::Empty> associate_request(Call& call, const AssociateDelegationRequestRequest& in) {
  const FoundDelegation found =
      TRY(need_in_state(call, in.DelegationRequestId, {delegation_state::unassigned}, "associated"));
  DelegationRequestRecord request = *found.record;
  request.owner_account = call.account().value;
  request.owner_arn = call.caller().arn;
  request.owner_user_id = call.caller().user_id();
  enter_state(request, delegation_state::assigned, call.now());
  save_request(call, found.provider, std::move(request));
  return wire::Empty{};
}

Result<wire::Empty> update_request(Call& call, const UpdateDelegationRequestRequest& in) {
  const FoundDelegation found = TRY(need_in_state(
      call, in.DelegationRequestId, {delegation_state::assigned, delegation_state::pending}, "updated"));
  DelegationRequestRecord request = *found.record;
  if (in.Notes) request.notes = *in.Notes;
  enter_state(request, delegation_state::pending, call.now());
  save_request(call, found.provider, std::move(request));
  return wire::Empty{};
}

// The identity that accepts is the one whose permissions are lent.
Result<DelegationApprover> approver_of(const Call& call) {
  const api::Caller& caller = call.caller();
  // Two policies of one session add up; a session that is limited itself would lend more than it has. And no
  // session of haar's limits the root user.
  if (caller.type == api::CallerType::root || (caller.session && (!caller.session->policies.empty() ||
                                                                  !caller.session->policy_arns.empty())))
    return Error{"NotImplemented", "Accepting a delegation request as the root user, or with a session that has session "
                                   "policies, is not implemented by haar.", 501, Fault::receiver};
  DelegationApprover approver;
  approver.arn = caller.arn;
  approver.type = caller.type == api::CallerType::role_session ? "role" : "user";
  approver.principal_arn = caller.principal_arn;
  approver.principal_id = caller.unique_id;
  if (caller.session) {
    approver.session_name = caller.session->name;
    approver.source_identity = caller.session->source_identity;
    approver.tags = caller.session->tags;
  }
  return approver;
}

Result<wire::Empty> accept_request(Call& call, const AcceptDelegationRequestRequest& in) {
  const FoundDelegation found = TRY(need_in_state(
      call, in.DelegationRequestId, {delegation_state::assigned, delegation_state::pending}, "accepted"));
  DelegationRequestRecord request = *found.record;
  if (call.caller().type == api::CallerType::root && request.session_seconds > root_session_seconds_max)
    return errors::AccessDenied("The root user can accept delegation requests of at most 4 hours.");
  request.approver = TRY(approver_of(call));
  enter_state(request, delegation_state::accepted, call.now());
  save_request(call, found.provider, std::move(request));
  return wire::Empty{};
}

Result<wire::Empty> reject_request(Call& call, const RejectDelegationRequestRequest& in) {
  const FoundDelegation found =
      TRY(need_in_state(call, in.DelegationRequestId,
                        {delegation_state::assigned, delegation_state::pending, delegation_state::accepted}, "rejected"));
  DelegationRequestRecord request = *found.record;
  request.rejection_reason = in.Notes.value_or("");
  enter_state(request, delegation_state::rejected, call.now());
  save_request(call, found.provider, std::move(request));
  return wire::Empty{};
}

Result<wire::Empty> send_token(Call& call, const SendDelegationTokenRequest& in) {
  const FoundDelegation found =
      TRY(need_in_state(call, in.DelegationRequestId, {delegation_state::accepted}, "finalized"));
  DelegationRequestRecord request = *found.record;
  if (request.only_send_by_owner && request.owner_user_id != call.caller().user_id())
    return errors::AccessDenied("Only the owner of the delegation request " + request.id + " can send its token.");
  request.finalized = call.now();
  enter_state(request, delegation_state::finalized, call.now());
  save_request(call, found.provider, std::move(request));
  return wire::Empty{};
}

// ---- reading ------------------------------------------------------------------------------------

std::optional<std::string> if_any(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

DelegationPermission permission_view(const DelegationRequestRecord& request) {
  DelegationPermission view;
  view.PolicyTemplateArn = request.template_arn;
  if (request.parameters.empty()) return view;
  view.Parameters.emplace();
  for (const DelegationParameter& parameter : request.parameters) {
    PolicyParameter& shown = view.Parameters->emplace_back();
    shown.Name = parameter.name;
    shown.Type = parameter.type;
    shown.Values = parameter.values;
  }
  return view;
}

DelegationRequest request_view(const Call& call, const FoundDelegation& found) {
  const DelegationRequestRecord& request = *found.record;
  DelegationRequest view;
  view.DelegationRequestId = request.id;
  view.OwnerAccountId = if_any(request.owner_account);
  view.Description = request.description;
  view.RequestMessage = if_any(request.message);
  view.Permissions = permission_view(request);
  view.PermissionPolicy = request.policy;
  std::vector<std::string> boundaries = role_boundaries_in(request.policy);
  if (!boundaries.empty()) view.RolePermissionRestrictionArns = std::move(boundaries);
  view.OwnerId = if_any(request.owner_arn);
  view.ApproverId = if_any(request.approver.arn);
  view.State = state_of(request, call.now());
  view.ExpirationTime = request.expires;
  view.RequestorId = found.provider.value;
  view.RequestorName = if_any(request.requestor_name);
  view.CreateDate = request.created;
  view.SessionDuration = request.session_seconds;
  view.RedirectUrl = if_any(request.redirect_url);
  view.Notes = if_any(request.notes);
  view.RejectionReason = if_any(request.rejection_reason);
  view.OnlySendByOwner = request.only_send_by_owner;
  view.UpdatedTime = request.updated;
  return view;
}

Result<GetDelegationRequestResponse> get_request(Call& call, const GetDelegationRequestRequest& in) {
  const FoundDelegation found = TRY(need_visible(call, in.DelegationRequestId));
  GetDelegationRequestResponse out;
  out.DelegationRequest = request_view(call, found);
  if (!in.DelegationPermissionCheck.value_or(false)) return out;
  out.PermissionCheckStatus = "COMPLETE";
  out.PermissionCheckResult = permission_check_text(check_permissions(call, found.record->policy));
  return out;
}

Result<ListDelegationRequestsResponse> list_requests(Call& call, const ListDelegationRequestsRequest& in) {
  const std::string owner = in.OwnerId.value_or("");
  Page page = TRY(Page::open(call, "ListDelegationRequests " + owner, in));
  ListDelegationRequestsResponse out;
  out.DelegationRequests.emplace();
  for (const auto& [key, request] : call.txn.find(delegation_requests, delegation_by_owner, store::join(call.account()))) {
    if (page.before(key.bytes()) || (!owner.empty() && request.owner_arn != owner)) continue;
    if (!page.take(key.bytes())) break;
    out.DelegationRequests->push_back(request_view(call, {&request, key.account()}));
  }
  page.close(out);
  return out;
}

// The id in "arn:aws:iam::111122223333:delegation-request/<id>".
Result<std::string> id_in(const std::string& arn) {
  const std::optional<Arn> parts = Arn::parse(arn);
  constexpr std::string_view kind = "delegation-request/";
  if (!parts || parts->service != "iam" || !parts->resource.starts_with(kind))
    return errors::InvalidInput("The ARN " + arn + " is not of a delegation request.");
  return parts->resource.substr(kind.size());
}

// AWS writes the summary with a language model; haar says the policy's statements in words, in English only.
Result<GetHumanReadableSummaryResponse> get_summary(Call& call, const GetHumanReadableSummaryRequest& in) {
  const std::string id = TRY(id_in(in.EntityArn));
  const FoundDelegation found = TRY(need_visible(call, id));
  GetHumanReadableSummaryResponse out;
  out.Locale = in.Locale.value_or("en");
  if (!to_lower(*out.Locale).starts_with("en")) {
    out.SummaryState = "NOT_SUPPORTED";
    return out;
  }
  out.SummaryContent = summarize_policy(found.record->policy).substr(0, summary_characters_max);
  out.SummaryState = "AVAILABLE";
  return out;
}

// ---- resolvers ----------------------------------------------------------------------------------

// "Once a delegation request is fully owned, the owner of the request gets a default permission to get that
// delegation request", to update it, and to read its summary.
constexpr std::array<std::string_view, 3> owners_actions = {"GetDelegationRequest", "UpdateDelegationRequest",
                                                            "GetHumanReadableSummary"};

std::shared_ptr<const policy::PolicySet> owners_policy(const std::string& owner_arn) {
  std::string text = R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":")" + owner_arn +
                     R"("},"Action":[)";
  for (const std::string_view action : owners_actions)
    text.append(text.ends_with('[') ? "\"iam:" : ",\"iam:").append(action).append("\"");
  text.append(R"(],"Resource":"*"}]})");
  Result<std::shared_ptr<const policy::Document>> document = policy::parse(text, policy::Kind::resource);
  if (!document.ok()) return nullptr;
  return policy::PolicySet::build({"delegation-request", policy::SourceType::resource, std::move(document).value()});
}

void need_on_request(const Call& call, const std::string& id, Requirements& needs) {
  Requirement& need = needs.need(request_arn(call, id));
  const FoundDelegation found = find_visible(call, id);
  if (found.record == nullptr || found.record->owner_arn.empty()) return;
  need.key("iam:DelegationRequestOwner", found.record->owner_arn);
  if (found.record->owner_user_id == call.caller().user_id()) need.resource_policy = owners_policy(call.caller().arn);
}

struct OnRequest {
  template <class Input>
  void operator()(const Call& call, const Input& in, Requirements& needs) const {
    need_on_request(call, in.DelegationRequestId, needs);
  }
};
constexpr OnRequest on_request;

void needs_create_delegation_request(const Call& call, const CreateDelegationRequestRequest& in, Requirements& needs) {
  Requirement& need = needs.need(request_arn(call, "*"));
  need.key("iam:DelegationDuration", std::to_string(in.SessionDuration));
  need.key("iam:NotificationChannel", in.NotificationChannel);
  if (in.Permissions.PolicyTemplateArn) need.key("iam:TemplateArn", *in.Permissions.PolicyTemplateArn);
}

void needs_list_delegation_requests(const Call&, const ListDelegationRequestsRequest& in, Requirements& needs) {
  Requirement& need = needs.need("*");
  if (in.OwnerId) need.key("iam:DelegationRequestOwner", *in.OwnerId);
}

void needs_get_human_readable_summary(const Call& call, const GetHumanReadableSummaryRequest& in, Requirements& needs) {
  const Result<std::string> id = id_in(in.EntityArn);
  need_on_request(call, id.ok() ? *id : std::string("*"), needs);
}

}  // namespace

const api::Operations delegation_requests_operations = {
    api::op<ops::CreateDelegationRequest>(create_request, api::on(needs_create_delegation_request),
        api::takes("OwnerAccountId Description Permissions RequestMessage RequestorWorkflowId RedirectUrl "
                   "NotificationChannel SessionDuration OnlySendByOwner")),
    api::op<ops::GetDelegationRequest>(get_request, api::on(on_request), api::read_only,
        api::takes("DelegationRequestId DelegationPermissionCheck")),
    api::op<ops::ListDelegationRequests>(list_requests, api::on(needs_list_delegation_requests), api::read_only,
        api::takes("OwnerId Marker MaxItems")),
    api::op<ops::AssociateDelegationRequest>(associate_request, api::on(on_request),
        api::takes("DelegationRequestId")),
    api::op<ops::UpdateDelegationRequest>(update_request, api::on(on_request),
        api::takes("DelegationRequestId Notes")),
    api::op<ops::AcceptDelegationRequest>(accept_request, api::on(on_request), api::takes("DelegationRequestId")),
    api::op<ops::RejectDelegationRequest>(reject_request, api::on(on_request),
        api::takes("DelegationRequestId Notes")),
    api::op<ops::SendDelegationToken>(send_token, api::on(on_request), api::takes("DelegationRequestId")),
    api::op<ops::GetHumanReadableSummary>(get_summary, api::on(needs_get_human_readable_summary), api::read_only,
        api::takes("EntityArn Locale")),
};

}  // namespace haar::iam
