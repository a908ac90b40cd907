// What answers show of a secret.
#pragma once

#include <string>

#include "api/kit/tags.h"
#include "model/secretsmanager/TagResource.h"
#include "services/secretsmanager/lookup.h"

namespace haar::secretsmanager {

// What DescribeSecret and ListSecrets both show.
template <class View>
void show_secret(View& out, const Place& place) {
  const SecretRecord& record = *place.record;
  out.ARN = place.arn;
  out.Name = record.name;
  if (!record.description.empty()) out.Description = record.description;
  if (!record.kms_key_id.empty()) out.KmsKeyId = record.kms_key_id;
  if (!record.owning_service.empty()) out.OwningService = record.owning_service;
  if (!record.tags.empty()) out.Tags = api::tag_views<Tag>(record.tags);
  out.CreatedDate = record.created_at;
  out.LastChangedDate = record.changed_at;
  if (record.deleted_at != Timestamp{}) out.DeletedDate = record.deleted_at;
  if (record.rotated_at != Timestamp{}) out.LastRotatedDate = record.rotated_at;
  if (!record.rotates) return;
  out.RotationEnabled = true;
  if (record.deleted_at == Timestamp{}) out.NextRotationDate = record.rotates_next_at;
  out.RotationRules.emplace();
  if (record.rotation_schedule.empty()) out.RotationRules->AutomaticallyAfterDays = record.rotation_days;
  else out.RotationRules->ScheduleExpression = record.rotation_schedule;
}

}  // namespace haar::secretsmanager
