// DeleteSecret and RestoreSecret. What is over after its recovery window is erased by control/retention.h.
// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html
#include "model/secretsmanager/DeleteSecret.h"
#include "model/secretsmanager/RestoreSecret.h"
#include "services/secretsmanager/operations.h"
#include "services/secretsmanager/versions.h"

namespace haar::secretsmanager {
namespace {

using api::Call;

constexpr std::int64_t window_days_default = 30, window_days_min = 7, window_days_max = 30, day_seconds = 24 * 3600;

Result<void> check_window(const DeleteSecretRequest& in) {
  if (!in.RecoveryWindowInDays) return {};
  if (in.ForceDeleteWithoutRecovery.value_or(false)) {
    return errors::InvalidParameterException(
        "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.");
  }
  if (*in.RecoveryWindowInDays >= window_days_min && *in.RecoveryWindowInDays <= window_days_max) return {};
  return errors::InvalidParameterException("The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).");
}

DeleteSecretResponse deleted(const Place& place, Timestamp at) {
  DeleteSecretResponse out;
  out.ARN = place.arn;
  out.Name = place.name;
  out.DeletionDate = at;
  return out;
}

// "If you forcibly delete an already deleted or nonexistent secret, the operation does not return ResourceNotFoundException."
Result<DeleteSecretResponse> delete_at_once(Call& call, const std::string& id) {
  const Place place = find_secret(call, id);
  if (place.record != nullptr) {
    if (place.record->deleted_at == Timestamp{}) TRY(require_own(call, id));
    erase_versions(call, place);
    call.txn.erase(secrets, secret_key(call, place));
  }
  return deleted(place, call.now());
}

Result<DeleteSecretResponse> delete_secret(Call& call, const DeleteSecretRequest& in) {
  TRY(check_window(in));
  if (in.ForceDeleteWithoutRecovery.value_or(false)) return delete_at_once(call, in.SecretId);
  const Place place = TRY(require_own(call, in.SecretId));
  SecretRecord record = *place.record;
  record.deleted_at = call.now();
  record.erased_at = call.now().plus_seconds(in.RecoveryWindowInDays.value_or(window_days_default) * day_seconds);
  const Timestamp over = record.erased_at;
  call.txn.put(secrets, secret_key(call, place), std::move(record));
  return deleted(place, over);
}

// A secret that is not to be deleted is restored without an error.
Result<RestoreSecretResponse> restore_secret(Call& call, const RestoreSecretRequest& in) {
  const Place place = TRY(require_secret(call, in.SecretId));
  if (place.record->deleted_at != Timestamp{}) {
    SecretRecord record = *place.record;
    record.deleted_at = record.erased_at = {};
    call.txn.put(secrets, secret_key(call, place), std::move(record));
  }
  RestoreSecretResponse out;
  out.ARN = place.arn;
  out.Name = place.name;
  return out;
}

void needs_delete_secret(const Call& call, const DeleteSecretRequest& in, api::Requirements& needs) {
  api::Requirement& need = need_secret(call, in.SecretId, needs);
  if (in.RecoveryWindowInDays) need.key("secretsmanager:RecoveryWindowInDays", std::to_string(*in.RecoveryWindowInDays));
  if (in.ForceDeleteWithoutRecovery)
    need.key("secretsmanager:ForceDeleteWithoutRecovery", *in.ForceDeleteWithoutRecovery ? "true" : "false");
}
void needs_restore_secret(const Call& call, const RestoreSecretRequest& in, api::Requirements& needs) {
  need_secret(call, in.SecretId, needs);
}

}  // namespace

const api::Operations& deletion_operations() {
  static const api::Operations rows = {
      api::op<ops::DeleteSecret>(delete_secret, api::on(needs_delete_secret),
          api::takes("SecretId RecoveryWindowInDays ForceDeleteWithoutRecovery")),
      api::op<ops::RestoreSecret>(restore_secret, api::on(needs_restore_secret), api::takes("SecretId")),
  };
  return rows;
}

}  // namespace haar::secretsmanager
