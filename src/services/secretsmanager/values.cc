// GetSecretValue and PutSecretValue.
// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
#include <algorithm>

#include <fmt/format.h>

#include "model/secretsmanager/GetSecretValue.h"
#include "model/secretsmanager/PutSecretValue.h"
#include "services/secretsmanager/labels.h"
#include "services/secretsmanager/operations.h"
#include "services/secretsmanager/quotas.h"
#include "services/secretsmanager/versions.h"

namespace haar::secretsmanager {
namespace {

using api::Call;

Error no_such_value(std::string_view by, std::string_view value) {
  return errors::ResourceNotFoundException(
      fmt::format("Secrets Manager can't find the specified secret value for {}: {}", by, value));
}

// The version that is asked for: by its id, by a label, by both where they agree, else the current one.
Result<const VersionRecord*> chosen_version(const Call& call, const Place& place, const GetSecretValueRequest& in) {
  const std::string_view label = in.VersionStage ? std::string_view(*in.VersionStage) : current;
  const std::string staged = labelled(place.record->labels, label);
  const std::string& id = in.VersionId ? *in.VersionId : staged;
  const VersionRecord* version = id.empty() ? nullptr : find_version(call, place, id);
  if (version == nullptr) return in.VersionId ? no_such_value("VersionId", id) : no_such_value("staging label", label);
  if (in.VersionId && in.VersionStage && staged != id)
    return errors::InvalidRequestException("You provided a VersionStage that is not associated to the provided VersionId.");
  return version;
}

// Without a key of the customer's own no other account can open a secret.
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html
Result<void> check_account(const Call& call, const Place& place) {
  if (place.account == call.account()) return {};
  return errors::InvalidRequestException(
      "You can't access a secret from a different AWS account if you encrypt the secret with the default KMS service key.");
}

Result<GetSecretValueResponse> get_secret_value(Call& call, const GetSecretValueRequest& in) {
  const Place place = TRY(require_live(call, in.SecretId));
  TRY(check_account(call, place));
  const VersionRecord* version = TRY(chosen_version(call, place, in));
  GetSecretValueResponse out;
  out.ARN = place.arn;
  out.Name = place.name;
  out.VersionId = version->id;
  out.CreatedDate = version->created_at;
  if (std::vector<std::string> labels = labels_of(place.record->labels, version->id); !labels.empty())
    out.VersionStages = std::move(labels);
  show_value(out, TRY(open_version(call, place, *version)));
  return out;
}

Result<void> check_label_count(const Labels& labels) {
  if (labels.size() <= labels_per_secret_max) return {};
  return errors::LimitExceededException(fmt::format("A secret can have at most {} staging labels.", labels_per_secret_max));
}

// A secret's first version is the current one, whatever labels are asked for.
Result<PutSecretValueResponse> put_secret_value(Call& call, const PutSecretValueRequest& in) {
  const Place place = TRY(require_own(call, in.SecretId));
  TRY(check_account(call, place));
  const std::optional<Value> value = TRY(value_in(in));
  if (!value) return errors::InvalidRequestException("You must provide either SecretString or SecretBinary.");
  const std::string id = new_version_id(call, in.ClientRequestToken);
  SecretRecord record = *place.record;
  if (TRY(is_new_version(call, place, id, *value))) {
    std::vector<std::string> labels = in.VersionStages.value_or(std::vector<std::string>{std::string(current)});
    if (record.labels.empty() && std::ranges::find(labels, current) == labels.end()) labels.emplace_back(current);
    for (const std::string& label : labels) attach(record.labels, label, id);
    TRY(check_label_count(record.labels));
    TRY(add_version(call, place, record, id, *value));
    record.changed_at = call.now();
    call.txn.put(secrets, secret_key(call, place), record);
  }
  PutSecretValueResponse out;
  out.ARN = place.arn;
  out.Name = place.name;
  out.VersionId = id;
  if (std::vector<std::string> labels = labels_of(record.labels, id); !labels.empty()) out.VersionStages = std::move(labels);
  return out;
}

// Unasked the current version is read: that is the label of the request then.
void needs_get_secret_value(const Call& call, const GetSecretValueRequest& in, api::Requirements& needs) {
  api::Requirement& need = need_secret(call, in.SecretId, needs);
  if (in.VersionId) need.key("secretsmanager:VersionId", *in.VersionId);
  if (in.VersionStage || !in.VersionId) need.key("secretsmanager:VersionStage", in.VersionStage.value_or(std::string(current)));
}
void needs_put_secret_value(const Call& call, const PutSecretValueRequest& in, api::Requirements& needs) {
  need_secret(call, in.SecretId, needs);
}

}  // namespace

const api::Operations& values_operations() {
  static const api::Operations rows = {
      api::op<ops::GetSecretValue>(get_secret_value, api::on(needs_get_secret_value), api::read_only,
          api::takes("SecretId VersionId VersionStage")),
      api::op<ops::PutSecretValue>(put_secret_value, api::on(needs_put_secret_value),
          api::takes("SecretId ClientRequestToken SecretBinary SecretString VersionStages")),
  };
  return rows;
}

}  // namespace haar::secretsmanager
