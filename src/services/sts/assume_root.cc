// AssumeRoot: a member account's root user, for one task and a quarter of an hour, for those who manage its
// organization. https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html
#include <algorithm>
#include <array>
#include <optional>

#include "api/kit/organization.h"
#include "auth/session_token.h"
#include "base/arn.h"
#include "model/sts/AssumeRoot.h"
#include "model/sts/service.h"
#include "services/iam/account/account.h"
#include "services/iam/account/organization_features.h"
#include "services/iam/principals/entities.h"
#include "services/sts/operations.h"
#include "services/sts/session_parts.h"

namespace haar::sts {
namespace {

using api::Call;

constexpr std::int32_t root_session_seconds = 900;
constexpr std::string_view task_policies = "arn:aws:iam::aws:policy/root-task/";

// The tasks, and the feature of centralized root access that each belongs to. That a task needs its own feature is
// how the page describes the two; AWS does not say it of AssumeRoot in as many words.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user.html#id_root-user-access-management
struct Task {
  std::string_view policy;
  std::string_view feature;
};
constexpr std::array<Task, 5> tasks{{
    {"IAMAuditRootUserCredentials", iam::root_credentials_management},
    {"IAMCreateRootUserPassword", iam::root_credentials_management},
    {"IAMDeleteRootUserCredentials", iam::root_credentials_management},
    {"S3UnlockBucketPolicy", iam::root_sessions},
    {"SQSUnlockQueuePolicy", iam::root_sessions},
}};

const Task* find_task(std::string_view policy_arn) {
  if (!policy_arn.starts_with(task_policies)) return nullptr;
  policy_arn.remove_prefix(task_policies.size());
  const auto task = std::ranges::find(tasks, policy_arn, &Task::policy);
  return task == tasks.end() ? nullptr : &*task;
}

// "The member account principal ARN or account ID."
AccountId target_account(const AssumeRootRequest& in) {
  const std::optional<Arn> arn = Arn::parse(in.TargetPrincipal);
  const bool root = arn && arn->service == "iam" && arn->region.empty() && arn->resource == "root";
  return AccountId(root ? arn->account : in.TargetPrincipal);
}

// The member's root user is not asked (it has no policy that could say so), so this is the caller's account's
// own matter: its policies decide, and the organization.
void needs_assume_root(const Call& call, const AssumeRootRequest& in, api::Requirements& needs) {
  const AccountId target = target_account(in);
  api::Requirement& need = needs.need(iam::root_arn(call.partition(), target));
  need.key("sts:TaskPolicyArn", in.TaskPolicyArn.arn.value_or(""));
  need.key("aws:ResourceAccount", target.value);
}

Error not_authorized(const Call& call, const AccountId& target) {
  return errors::AccessDenied("User: " + call.caller().arn + " is not authorized to perform: sts:AssumeRoot on resource: " +
                              iam::root_arn(call.partition(), target));
}

// AWS documents none of these refusals, so all but the task's are one and the same: who may not hears nothing of
// other accounts.
Result<void> check_organization(const Call& call, const AccountId& target, const Task& task) {
  if (call.env.organizations == nullptr) return not_authorized(call, target);
  const auto mine = call.env.organizations->find(call.txn, call.account());
  const auto theirs = call.env.organizations->find(call.txn, target);
  if (!mine || !theirs || mine->organization_id != theirs->organization_id || theirs->management)
    return not_authorized(call, target);
  const iam::AccountRecord* account = iam::find_account(call.txn, target);
  if (!iam::manages_roots(*mine) || account == nullptr || account->state != "ACTIVE")
    return not_authorized(call, target);
  const std::vector<std::string> enabled = iam::enabled_features(call.txn, *mine);
  if (std::ranges::find(enabled, task.feature) == enabled.end()) return not_authorized(call, target);
  return {};
}

Result<AssumeRootResponse> assume_root(Call& call, const AssumeRootRequest& in) {
  const api::Caller& caller = call.caller();
  const AccountId target = target_account(in);
  // "You cannot use root user credentials to make this call."
  if (caller.type != api::CallerType::user && caller.type != api::CallerType::role_session)
    return not_authorized(call, target);
  const std::string policy_arn = in.TaskPolicyArn.arn.value_or("");
  const Task* task = find_task(policy_arn);
  if (task == nullptr)
    return errors::ValidationError("The policy " + policy_arn + " is not one of the root user task policies.");
  TRY(check_organization(call, target, *task));
  auth::SessionClaims claims;
  claims.type = auth::SessionType::assumed_root;
  claims.partition = call.partition();
  claims.account = target;
  claims.principal_arn = iam::root_arn(call.partition(), target);
  claims.principal_id = target.value;
  claims.issued_at = call.now();
  claims.expires_at = call.now().plus_seconds(in.DurationSeconds.value_or(root_session_seconds));
  if (caller.session) claims.source_identity = caller.session->source_identity;
  claims.policy_arns = {policy_arn};
  claims.issuer_access_key_id = caller.access_key_id;
  claims.issuer_id = caller.unique_id;
  AssumeRootResponse out;
  show_credentials(TRY(auth::mint_session(call.env.keyring, claims, call.random(), token_bytes_min(in))), out);
  if (!claims.source_identity.empty()) out.SourceIdentity = claims.source_identity;
  return out;
}

}  // namespace

const api::Operations assume_root_operations = {
    api::op<ops::AssumeRoot>(assume_root, api::on(needs_assume_root), api::read_only, api::issues_credentials,
        api::takes("TargetPrincipal TaskPolicyArn DurationSeconds MinimumSessionTokenSize")),
};

}  // namespace haar::sts
