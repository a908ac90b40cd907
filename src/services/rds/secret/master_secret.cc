#include "services/rds/secret/master_secret.h"

#include <boost/json.hpp>

#include "model/rds/service.h"
#include "model/secretsmanager/CreateSecret.h"
#include "model/secretsmanager/DeleteSecret.h"
#include "model/secretsmanager/RotateSecret.h"
#include "services/rds/names.h"
#include "services/rds/placement.h"
#include "services/secretsmanager/lookup.h"
#include "services/secretsmanager/random_password.h"
#include "services/secretsmanager/rotation.h"

namespace haar::rds {
namespace {

using api::Call;

constexpr std::size_t password_length = 32;
// What a master password must not hold, and what has to be quoted in shells and programs.
constexpr std::string_view excluded_characters = "/\"@ '\\`$";
constexpr std::int64_t rotation_days = 7;
constexpr std::string_view default_key_alias = "alias/aws/secretsmanager";

api::Invoker on_behalf() { return {std::string(service_principal), nullptr}; }
Result<api::Invoker> as_rds(Call& call) { return api::Invoker{std::string(service_principal), TRY(rds_caller(call))}; }

// Who may not is told so in the way of this service's protocol.
template <class Op>
Result<typename Op::Output> ask(Call& call, const api::Invoker& invoker, const typename Op::Input& in) {
  auto answer = call.invoke<Op>(invoker, in);
  if (!answer.ok() && answer.error().code == "AccessDeniedException") return Error{"AccessDenied", answer.error().message, 403};
  return answer;
}

secretsmanager::Tag tag(std::string key, std::string value) {
  secretsmanager::Tag out;
  out.Key = std::move(key);
  out.Value = std::move(value);
  return out;
}

}  // namespace

Result<MasterPassword> make_master_password(Random& random) {
  secretsmanager::PasswordRules rules;
  rules.length = password_length;
  rules.excluded = excluded_characters;
  MasterPassword out;
  out.text = secretsmanager::random_password(random, rules).text;
  out.verifiers = TRY(master_verifiers(out.text, random));
  return out;
}

std::string secret_text(const std::string& user, const std::string& password) {
  return boost::json::serialize(boost::json::object{{"username", user}, {"password", password}});
}

store::Key secret_key(const store::Key& cluster, const ClusterRecord& record) {
  return store::key_of(cluster.account(), cluster.region(), record.master_secret);
}

const secretsmanager::SecretRecord* master_secret(const store::Reader& reader, const store::Key& cluster,
                                                  const ClusterRecord& record) {
  return record.master_secret.empty() ? nullptr : reader.get(secretsmanager::secrets, secret_key(cluster, record));
}

std::optional<store::Key> cluster_of_secret(const store::Reader& reader, const store::Key& secret) {
  const std::string name = secret.part(2);
  for (const auto& [key, cluster] : reader.scan(clusters, store::prefix_of(secret.account(), secret.region()))) {
    if (cluster.master_secret == name) return key;
  }
  return std::nullopt;
}

// AWS's first text: https://github.com/hashicorp/terraform-provider-aws/issues/41795
Result<void> check_secret_key(const std::optional<std::string>& kms_key, bool managed) {
  if (!kms_key) return {};
  if (!managed) {
    return errors::InvalidParameterCombination(
        "A ManageMasterUserPassword value is required when MasterUserSecretKmsKeyId is specified.");
  }
  if (kms_key->empty() || kms_key->ends_with(default_key_alias)) return {};
  return Error{"NotImplemented", "MasterUserSecretKmsKeyId is not implemented by haar for another key than the default one.", 501,
               Fault::receiver};
}

Result<void> keep_in_secret(Call& call, ClusterRecord& record, const std::string& password) {
  const std::string arn = cluster_arn(call, record.id);
  secretsmanager::CreateSecretRequest create;
  create.Name = "rds!cluster-" + uuid4(call.random());
  create.Description = "The secret associated with the primary RDS DB cluster: " + arn;
  create.SecretString = secret_text(record.master_username, password);
  create.Tags = {tag("aws:rds:primaryDBClusterArn", arn), tag("aws:secretsmanager:owningService", "rds")};
  const auto made = TRY(ask<secretsmanager::ops::CreateSecret>(call, on_behalf(), create));
  record.master_secret = create.Name;
  record.password_version = made.VersionId.value_or("");
  secretsmanager::RotateSecretRequest schedule;
  schedule.SecretId = create.Name;
  schedule.RotateImmediately = false;
  schedule.RotationRules.emplace();
  schedule.RotationRules->AutomaticallyAfterDays = rotation_days;
  const api::Invoker rds = TRY(as_rds(call));
  TRY(ask<secretsmanager::ops::RotateSecret>(call, rds, schedule));
  return {};
}

Result<void> drop_secret(Call& call, ClusterRecord& record) {
  if (record.master_secret.empty()) return {};
  secretsmanager::DeleteSecretRequest drop;
  drop.SecretId = record.master_secret;
  drop.ForceDeleteWithoutRecovery = true;
  const Result<api::Invoker> rds = as_rds(call);
  if (!rds.ok() || !call.invoke<secretsmanager::ops::DeleteSecret>(*rds, drop).ok())
    secretsmanager::disown(call.txn, call.key(record.master_secret));
  record.master_secret.clear();
  record.password_version.clear();
  return {};
}

Result<void> rotate_secret(Call& call, const ClusterRecord& record) {
  secretsmanager::RotateSecretRequest request;
  request.SecretId = record.master_secret;
  TRY(ask<secretsmanager::ops::RotateSecret>(call, on_behalf(), request));
  return {};
}

// Without the secret, which its own policy can keep rds from, there is nothing that could be rotated.
std::optional<MasterUserSecret> secret_view(const Call& call, const ClusterRecord& record) {
  if (record.master_secret.empty()) return std::nullopt;
  const secretsmanager::SecretRecord* secret = master_secret(call.txn, call.key(record.id), record);
  MasterUserSecret out;
  if (secret != nullptr) out.SecretArn = secretsmanager::secret_arn(call, call.account(), *secret);
  out.SecretStatus = secret == nullptr ? "impaired" : secret->rotating_to.empty() ? "active" : "rotating";
  return out;
}

}  // namespace haar::rds
