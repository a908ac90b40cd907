#include "control/imds/role_credentials.h"

#include <memory>

#include "api/kit/caller.h"
#include "api/pipeline/execute.h"
#include "api/kit/row.h"
#include "model/sts/AssumeRole.h"
#include "services/iam/principals/entities.h"

namespace haar::control {
namespace {

constexpr std::string_view ec2_principal = "ec2.amazonaws.com";

std::string instance_arn(const Partition& partition, const KnownInstance& instance) {
  return make_arn(partition, "ec2", instance.region.value, instance.account, "instance/" + instance.record->id);
}

// What holds of the session for as long as it lasts.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-ec2instancesourcevpc
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html (ec2:RoleDelivery)
std::map<std::string, std::vector<std::string>> session_keys(const store::Reader& reader, const Partition& partition,
                                                             const KnownInstance& instance, Delivery delivery) {
  std::map<std::string, std::vector<std::string>> keys{
      {"ec2:RoleDelivery", {delivery == Delivery::version_2 ? "2.0" : "1.0"}},
      {"ec2:SourceInstanceARN", {instance_arn(partition, instance)}},
      {"aws:Ec2InstanceSourceVpc", {instance.record->vpc_id}}};
  if (const ec2::NetworkInterfaceRecord* primary = ec2::primary_interface(reader, instance.key))
    keys["aws:Ec2InstanceSourcePrivateIPv4"] = {primary->private_ip};
  return keys;
}

std::shared_ptr<const api::Caller> ec2_caller(const AccountId& account,
                                              std::map<std::string, std::vector<std::string>> keys) {
  auto caller = std::make_shared<api::Caller>();
  caller->type = api::CallerType::service;
  caller->account = account;
  caller->arn = caller->principal_arn = caller->unique_id = ec2_principal;
  caller->session.emplace().provider_keys = std::move(keys);
  return caller;
}

// As CloudTrail shows a service that assumes a role.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
events::Identity ec2_identity() {
  events::Identity who;
  who.type = "AWSService";
  who.invoked_by = ec2_principal;
  return who;
}

RoleCredentials credentials_of(const sts::AssumeRoleResponse& answer, Timestamp now) {
  const sts::Credentials& made = *answer.Credentials;
  return {made.AccessKeyId, made.SecretAccessKey, made.SessionToken, now, made.Expiration};
}

}  // namespace

Result<RoleCredentials> RoleCredentialsMaker::of(const store::Reader& reader, const KnownInstance& instance,
                                                 const iam::RoleRecord& role, Delivery delivery) {
  // A role that was deleted and made again, or another interface's VPC, is another session.
  const std::string name = store::join(instance.account, instance.region.value, instance.record->id, role.unique_id,
                                       delivery == Delivery::version_2 ? "2" : "1").bytes();
  const std::lock_guard lock(mutex_);
  if (kept_.size() >= kept_credentials_max) kept_.clear();
  Kept& kept = kept_[name];
  const Timestamp now = env_.clock.now();
  if (!kept.credentials.token.empty() && now.plus_seconds(renewed_seconds_before) < kept.credentials.expires)
    return kept.credentials;
  Result<RoleCredentials> fresh = assume(reader, instance, role, delivery, kept.refusal);
  kept.refusal = fresh.ok() ? "" : fresh.error().message;
  kept.credentials = fresh.ok() ? *fresh : RoleCredentials{};
  return fresh;
}

// `told`: the refusal that has its event already. SDKs ask again and again.
Result<RoleCredentials> RoleCredentialsMaker::assume(const store::Reader& reader, const KnownInstance& instance,
                                                     const iam::RoleRecord& role, Delivery delivery,
                                                     const std::string& told) {
  const api::Row* row = env_.rows.find(sts::ops::AssumeRole::model());
  sts::AssumeRoleRequest in;
  in.RoleArn = iam::arn_of(env_.partition, instance.account, role);
  in.RoleSessionName = instance.record->id;
  in.DurationSeconds = role_session_seconds;
  api::Origin origin;
  origin.source_ip = origin.user_agent = ec2_principal;
  origin.request_id = uuid4(env_.random);
  store::Txn txn(db_.local_snapshot());
  api::Call call(env_, txn, ec2_caller(instance.account, session_keys(reader, env_.partition, instance, delivery)), origin,
                 instance.region, env_.clock.now());
  sts::AssumeRoleResponse out;
  api::Execution execution;
  const Result<void> done = api::execute(call, *row, &in, nullptr, &out, execution);
  if (done.ok() || done.error().message != told) {
    const events::WrittenEvent written =
        api::make_event(call, *row, &in, &out, done.ok() ? nullptr : &done.error(), execution, ec2_principal);
    events::EventRecord event = TRY(events::read_event(written.bytes));
    event.identity = ec2_identity();
    log_.record(events::written(event));
  }
  if (!done.ok()) return done.error();
  return credentials_of(out, call.now());
}

}  // namespace haar::control
