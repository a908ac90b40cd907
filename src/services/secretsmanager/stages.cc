// UpdateSecretVersionStage and ListSecretVersionIds.
// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html
#include <fmt/format.h>

#include "api/kit/listing.h"
#include "model/secretsmanager/ListSecretVersionIds.h"
#include "model/secretsmanager/UpdateSecretVersionStage.h"
#include "services/secretsmanager/labels.h"
#include "services/secretsmanager/operations.h"
#include "services/secretsmanager/page.h"
#include "services/secretsmanager/quotas.h"
#include "services/secretsmanager/versions.h"

namespace haar::secretsmanager {
namespace {

using api::Call;

// Whoever moves a label says from where: so that two who move it at once do not both succeed.
Result<void> check_move(const Call& call, const Place& place, const UpdateSecretVersionStageRequest& in) {
  const std::string on = labelled(place.record->labels, in.VersionStage);
  if (in.MoveToVersionId && find_version(call, place, *in.MoveToVersionId) == nullptr) {
    return errors::ResourceNotFoundException(fmt::format(
        "Secrets Manager can't find the specified secret value for VersionId: {}", *in.MoveToVersionId));
  }
  if (!in.RemoveFromVersionId) {
    if (on.empty() || (in.MoveToVersionId && on == *in.MoveToVersionId)) return {};
    return errors::InvalidParameterException(fmt::format(
        "The parameter RemoveFromVersionId can't be empty. Staging label {} is currently attached to version {}, so you must "
        "explicitly reference that version in RemoveFromVersionId.",
        in.VersionStage, on));
  }
  if (on != *in.RemoveFromVersionId) {
    // AWS's text was not found.
    return errors::InvalidParameterException(fmt::format("Staging label {} is not attached to version {}.", in.VersionStage,
                                                         *in.RemoveFromVersionId));
  }
  if (in.VersionStage == current && !in.MoveToVersionId) {
    return errors::InvalidParameterException(
        "You can only move staging label AWSCURRENT to a different secret version. It can't be completely removed.");
  }
  return {};
}

Result<UpdateSecretVersionStageResponse> update_secret_version_stage(Call& call, const UpdateSecretVersionStageRequest& in) {
  const Place place = TRY(require_own(call, in.SecretId));
  TRY(check_move(call, place, in));
  SecretRecord record = *place.record;
  if (in.MoveToVersionId) attach(record.labels, in.VersionStage, *in.MoveToVersionId);
  else record.labels.erase(in.VersionStage);
  if (record.labels.size() > labels_per_secret_max) {
    return errors::LimitExceededException(fmt::format("A secret can have at most {} staging labels.", labels_per_secret_max));
  }
  record.changed_at = call.now();
  call.txn.put(secrets, secret_key(call, place), std::move(record));
  UpdateSecretVersionStageResponse out;
  out.ARN = place.arn;
  out.Name = place.name;
  return out;
}

Result<ListSecretVersionIdsResponse> list_secret_version_ids(Call& call, const ListSecretVersionIdsRequest& in) {
  const Place place = TRY(require_secret(call, in.SecretId));
  const bool deprecated = in.IncludeDeprecated.value_or(false);
  Page page = TRY(Page::open(call, fmt::format("ListSecretVersionIds {} {}", place.arn, deprecated), in));
  ListSecretVersionIdsResponse out;
  out.ARN = place.arn;
  out.Name = place.name;
  out.Versions.emplace();
  const store::Key all = versions_of(place.account, call.region(), place.name);
  const Labels& labels = place.record->labels;
  api::list_page(
      page, call.txn.scan(versions, all, store::Key::from_bytes(page.after())),
      [&](const VersionRecord& version) { return deprecated || !labels_of(labels, version.id).empty(); },
      [&](const VersionRecord& version) {
        SecretVersionsListEntry& entry = out.Versions->emplace_back();
        entry.VersionId = version.id;
        entry.CreatedDate = version.created_at;
        entry.KmsKeyIds = std::vector<std::string>{"DefaultEncryptionKey"};
        if (std::vector<std::string> on = labels_of(labels, version.id); !on.empty()) entry.VersionStages = std::move(on);
      });
  page.close(out);
  return out;
}

void needs_update_secret_version_stage(const Call& call, const UpdateSecretVersionStageRequest& in, api::Requirements& needs) {
  need_secret(call, in.SecretId, needs).key("secretsmanager:VersionStage", in.VersionStage);
}
void needs_list_secret_version_ids(const Call& call, const ListSecretVersionIdsRequest& in, api::Requirements& needs) {
  need_secret(call, in.SecretId, needs);
}

}  // namespace

const api::Operations& stages_operations() {
  static const api::Operations rows = {
      api::op<ops::UpdateSecretVersionStage>(update_secret_version_stage, api::on(needs_update_secret_version_stage),
          api::takes("SecretId VersionStage RemoveFromVersionId MoveToVersionId")),
      api::op<ops::ListSecretVersionIds>(list_secret_version_ids, api::on(needs_list_secret_version_ids), api::read_only,
          api::takes("SecretId MaxResults NextToken IncludeDeprecated")),
  };
  return rows;
}

}  // namespace haar::secretsmanager
