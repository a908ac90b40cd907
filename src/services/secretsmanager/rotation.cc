// RotateSecret, for secrets that a service of haar's keeps: that service makes the new password and moves the labels. All
// others are rotated by Lambda functions, of which haar has none.
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_managed.html
#include <charconv>
#include <optional>
#include <string_view>

#include "model/secretsmanager/RotateSecret.h"
#include "model/secretsmanager/service.h"
#include "services/secretsmanager/operations.h"
#include "services/secretsmanager/rotation.h"
#include "services/secretsmanager/versions.h"

namespace haar::secretsmanager {
namespace {

using api::Call;

constexpr std::int64_t day_seconds = 24 * 3600;
constexpr int days_max = 1000;

Error not_built(std::string what) {
  return {"NotImplemented", std::move(what) + " of secretsmanager:RotateSecret is not implemented by haar.", 501,
          Fault::receiver};
}

// The days of "rate(7 days)".
std::optional<int> days_of(std::string_view expression) {
  for (const std::string_view unit : {" days)", " day)"}) {
    if (!expression.starts_with("rate(") || !expression.ends_with(unit)) continue;
    const std::string_view number = expression.substr(5, expression.size() - 5 - unit.size());
    int days = 0;
    const auto [end, fault] = std::from_chars(number.data(), number.data() + number.size(), days);
    if (fault == std::errc{} && end == number.data() + number.size() && days >= 1 && days <= days_max) return days;
  }
  return std::nullopt;
}

Result<void> set_rules(const RotationRulesType& rules, SecretRecord& record) {
  if (rules.Duration) return not_built("RotationRules.Duration");
  if (rules.AutomaticallyAfterDays && rules.ScheduleExpression) {
    return errors::InvalidParameterException(
        "You can't specify both AutomaticallyAfterDays and ScheduleExpression in RotationRules.");
  }
  if (rules.ScheduleExpression) {
    const std::optional<int> days = days_of(*rules.ScheduleExpression);
    if (!days) return not_built("A RotationRules.ScheduleExpression other than rate(… days)");
    record.rotation_days = *days;
    record.rotation_schedule = *rules.ScheduleExpression;
  } else if (rules.AutomaticallyAfterDays) {
    record.rotation_days = static_cast<std::int32_t>(*rules.AutomaticallyAfterDays);
    record.rotation_schedule.clear();
  }
  record.rotates = true;
  const Timestamp last = record.rotated_at == Timestamp{} ? record.created_at : record.rotated_at;
  record.rotates_next_at = last.plus_seconds(record.rotation_days * day_seconds);
  return {};
}

Result<RotateSecretResponse> rotate_secret(Call& call, const RotateSecretRequest& in) {
  const Place place = TRY(require_live(call, in.SecretId));
  if (place.record->owning_service.empty())
    return errors::InvalidRequestException("No Lambda rotation function ARN is associated with this secret.");
  SecretRecord record = *place.record;
  if (in.RotationRules) TRY(set_rules(*in.RotationRules, record));
  RotateSecretResponse out;
  out.ARN = place.arn;
  out.Name = place.name;
  if (in.RotateImmediately.value_or(true)) {
    const std::string version = new_version_id(call, in.ClientRequestToken);
    out.VersionId = version;
    // The same request again does nothing.
    if (record.rotating_to == version || find_version(call, place, version) != nullptr) return out;
    if (!record.rotating_to.empty()) {
      return errors::InvalidRequestException(
          "A previous rotation isn't complete. That rotation will be reattempted.");
    }
    record.rotating_to = version;
  }
  record.changed_at = call.now();
  call.txn.put(secrets, secret_key(call, place), std::move(record));
  return out;
}

void needs_rotate_secret(const Call& call, const RotateSecretRequest& in, api::Requirements& needs) {
  api::Requirement& need = need_secret(call, in.SecretId, needs);
  need.key("secretsmanager:RotateImmediately", in.RotateImmediately.value_or(true) ? "true" : "false");
  need.key("secretsmanager:ModifyRotationRules", in.RotationRules ? "true" : "false");
  if (in.RotationLambdaARN) need.key("secretsmanager:RotationLambdaARN", *in.RotationLambdaARN);
  if (in.ExternalSecretRotationRoleArn)
    need.key("secretsmanager:ExternalSecretRotationRoleArn", *in.ExternalSecretRotationRoleArn);
}

template <class Change>
void change_secret(store::Txn& txn, const store::Key& secret, Change change) {
  const SecretRecord* known = txn.get(secrets, secret);
  if (known == nullptr) return;
  SecretRecord record = *known;
  change(record);
  txn.put(secrets, secret, std::move(record));
}

}  // namespace

void end_rotation(store::Txn& txn, const store::Key& secret, Timestamp now) {
  change_secret(txn, secret, [&](SecretRecord& record) {
    record.rotating_to.clear();
    record.rotated_at = record.changed_at = now;
    record.rotates_next_at = now.plus_seconds(record.rotation_days * day_seconds);
  });
}

void disown(store::Txn& txn, const store::Key& secret) {
  change_secret(txn, secret, [](SecretRecord& record) {
    record.owning_service.clear();
    record.rotates = false;
    record.rotating_to.clear();
  });
}

const api::Operations& rotation_operations() {
  static const api::Operations rows = {
      api::op<ops::RotateSecret>(rotate_secret, api::on(needs_rotate_secret),
          api::takes("SecretId ClientRequestToken RotationRules RotateImmediately")),
  };
  return rows;
}

}  // namespace haar::secretsmanager
