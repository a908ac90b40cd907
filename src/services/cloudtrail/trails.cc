// CreateTrail, UpdateTrail, DeleteTrail.
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html
#include <fmt/format.h>

#include <algorithm>

#include "base/ids.h"
#include "base/ip_address.h"
#include "model/cloudtrail/CreateTrail.h"
#include "model/cloudtrail/DeleteTrail.h"
#include "model/cloudtrail/UpdateTrail.h"
#include "model/cloudtrail/service.h"
#include "services/cloudtrail/delivery/buckets.h"
#include "services/cloudtrail/operations.h"
#include "services/cloudtrail/tags.h"
#include "services/cloudtrail/trail_lookup.h"

namespace haar::cloudtrail {
namespace {

using api::Call;

// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html
constexpr std::size_t trails_per_region_max = 5;
constexpr std::size_t prefix_max = 200, bucket_min = 3, bucket_max = 63;
constexpr std::string_view principal = "cloudtrail.amazonaws.com";

// What was looked at before the transaction, beside the request itself: nothing of it is remembered.
struct Checked {};

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html. AWS's text was not found.
Result<void> check_bucket_name(std::string_view name) {
  const bool valid = name.size() >= bucket_min && name.size() <= bucket_max && name.front() != '.' && name.front() != '-' &&
                     name.back() != '.' && name.back() != '-' && name.find("..") == std::string_view::npos &&
                     !IpAddress::parse(std::string(name)) && std::ranges::all_of(name, [](char c) {
                       return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
                     });
  if (valid) return {};
  return errors::InvalidS3BucketNameException(fmt::format("Bucket name {} is not valid.", name));
}

// Besides AWS's limit, nothing that would lead out of a bucket that is a folder.
Result<void> check_prefix(const std::optional<std::string>& prefix) {
  if (!prefix || prefix->empty()) return {};
  const std::string parts = "/" + *prefix + "/";
  const bool leads_away = parts.find("/../") != std::string::npos || parts.find("/./") != std::string::npos ||
                          parts.find("//") != std::string::npos;
  const bool control = std::ranges::any_of(*prefix, [](char c) { return static_cast<unsigned char>(c) < ' '; });
  if (prefix->size() <= prefix_max && !leads_away && !control) return {};
  return errors::InvalidS3PrefixException(fmt::format("The S3 key prefix {} is not valid.", *prefix));
}

Result<void> check_bucket(const api::Environment& env, const std::string& bucket) {
  Buckets* buckets = env.find_part<Buckets>();
  const Result<void> found = buckets == nullptr ? no_buckets()->check(bucket) : buckets->check(bucket);
  if (found.ok()) return {};
  if (found.error().code == "AccessDenied")
    return errors::InsufficientS3BucketPolicyException("Incorrect S3 bucket policy is detected for bucket: " + bucket);
  if (found.error().code == "NoSuchBucket")
    return errors::S3BucketDoesNotExistException("S3 bucket " + bucket + " does not exist!");
  return Error{"InternalFailure", "The bucket " + bucket + " cannot be reached now.", 500, Fault::receiver};
}

Result<void> check_combination(bool multi_region, bool global_events) {
  if (!multi_region || global_events) return {};
  return errors::InvalidParameterCombinationException("Multi-Region trail must include global service events.");
}

// Asks the disk or the network for the bucket.
Result<Checked> prepare_create(const api::Environment& env, const CreateTrailRequest& in) {
  TRY(check_trail_name(in.Name));
  TRY(check_bucket_name(in.S3BucketName));
  TRY(check_prefix(in.S3KeyPrefix));
  TRY(check_combination(in.IsMultiRegionTrail.value_or(false), in.IncludeGlobalServiceEvents.value_or(true)));
  TRY(api::read_tags(tag_rules, in.TagsList));
  TRY(check_bucket(env, in.S3BucketName));
  return Checked{};
}

Result<Checked> prepare_update(const api::Environment& env, const UpdateTrailRequest& in) {
  TRY(check_name_or_arn(in.Name));
  TRY(check_prefix(in.S3KeyPrefix));
  if (!in.S3BucketName) return Checked{};
  TRY(check_bucket_name(*in.S3BucketName));
  TRY(check_bucket(env, *in.S3BucketName));
  return Checked{};
}

// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/creating-trail-organization.html. AWS's texts were not found.
Result<void> check_organization(const Call& call) {
  const auto membership = membership_of(call);
  if (membership == nullptr)
    return errors::OrganizationsNotInUseException("The account is not a member of an organization.");
  if (!membership->management)
    return errors::NotOrganizationMasterAccountException("Only the management account can have a trail for its organization.");
  if (!membership->all_features)
    return errors::OrganizationNotInAllFeaturesModeException("The organization does not have all features enabled.");
  if (membership->trusted_services.contains(std::string(principal))) return {};
  return errors::CloudTrailAccessNotEnabledException("Trusted access for CloudTrail is not enabled in the organization.");
}

template <class Output>
Output shown(const Call& call, const Place& place, const TrailRecord& trail) {
  Output out;
  out.Name = trail.name;
  out.S3BucketName = trail.bucket;
  if (!trail.prefix.empty()) out.S3KeyPrefix = trail.prefix;
  out.IncludeGlobalServiceEvents = trail.global_events;
  out.IsMultiRegionTrail = trail.multi_region;
  out.TrailARN = trail_arn(call, place);
  out.LogFileValidationEnabled = trail.validation;
  out.IsOrganizationTrail = trail.organization;
  return out;
}

Result<CreateTrailResponse> create_trail(Call& call, const CreateTrailRequest& in, const Checked&) {
  const Place place{call.account(), call.region().value, in.Name, nullptr};
  if (find_trail(call, in.Name).record != nullptr)
    return errors::TrailAlreadyExistsException(
        fmt::format("Trail {} already exists for customer: {}", in.Name, call.account().value));
  if (visible_trails(call, true).size() >= trails_per_region_max)
    return errors::MaximumNumberOfTrailsExceededException(
        fmt::format("User: {} already has {} trails in {}.", call.account().value, trails_per_region_max, call.region().value));
  TrailRecord trail;
  trail.name = in.Name;
  trail.id = uuid4(call.random());
  trail.bucket = in.S3BucketName;
  trail.prefix = in.S3KeyPrefix.value_or("");
  trail.global_events = in.IncludeGlobalServiceEvents.value_or(true);
  trail.multi_region = in.IsMultiRegionTrail.value_or(false);
  trail.validation = in.EnableLogFileValidation.value_or(false);
  trail.organization = in.IsOrganizationTrail.value_or(false);
  if (trail.organization) TRY(check_organization(call));
  trail.tags = TRY(api::read_tags(tag_rules, in.TagsList));
  trail.created_at = call.now();
  const auto out = shown<CreateTrailResponse>(call, place, trail);
  call.txn.put(trails, trail_key(place), std::move(trail));
  return out;
}

Result<UpdateTrailResponse> update_trail(Call& call, const UpdateTrailRequest& in, const Checked&) {
  const Place place = TRY(require_own_trail(call, in.Name));
  TrailRecord trail = *place.record;
  if (in.S3BucketName) trail.bucket = *in.S3BucketName;
  if (in.S3KeyPrefix) trail.prefix = *in.S3KeyPrefix;
  trail.global_events = in.IncludeGlobalServiceEvents.value_or(trail.global_events);
  trail.multi_region = in.IsMultiRegionTrail.value_or(trail.multi_region);
  TRY(check_combination(trail.multi_region, trail.global_events));
  const bool validated = trail.validation;
  trail.validation = in.EnableLogFileValidation.value_or(trail.validation);
  // A chain of digests begins anew where it was broken.
  if (!trail.validation) trail.validates_since = {};
  else if (!validated && trail.logging) trail.validates_since = call.now();
  trail.organization = in.IsOrganizationTrail.value_or(trail.organization);
  if (trail.organization && !place.record->organization) TRY(check_organization(call));
  const auto out = shown<UpdateTrailResponse>(call, place, trail);
  call.txn.put(trails, trail_key(place), std::move(trail));
  return out;
}

// What its delivery has kept goes with the next look at it (delivery/trail_kind.h).
Result<DeleteTrailResponse> delete_trail(Call& call, const DeleteTrailRequest& in) {
  const Place place = TRY(require_own_trail(call, in.Name));
  call.txn.erase(trails, trail_key(place));
  return DeleteTrailResponse{};
}

void needs_create_trail(const Call& call, const CreateTrailRequest& in, api::Requirements& needs) {
  const Place place{call.account(), call.region().value, in.Name, nullptr};
  const std::string arn = trail_arn(call, place);
  const api::TagMap tags = api::tag_map(in.TagsList);
  needs.need(arn).request_tags = tags;
  if (!tags.empty()) needs.need("cloudtrail:AddTags", arn).request_tags = tags;
}
void needs_update_trail(const Call& call, const UpdateTrailRequest& in, api::Requirements& needs) {
  need_trail(call, in.Name, needs);
}
void needs_delete_trail(const Call& call, const DeleteTrailRequest& in, api::Requirements& needs) {
  need_trail(call, in.Name, needs);
}

}  // namespace

const api::Operations& trails_operations() {
  static const api::Operations rows = {
      api::op<ops::CreateTrail>(create_trail, api::on(needs_create_trail), api::prepare(prepare_create),
          api::takes("Name S3BucketName S3KeyPrefix IncludeGlobalServiceEvents IsMultiRegionTrail EnableLogFileValidation "
                     "IsOrganizationTrail TagsList")),
      api::op<ops::UpdateTrail>(update_trail, api::on(needs_update_trail), api::prepare(prepare_update),
          api::takes("Name S3BucketName S3KeyPrefix IncludeGlobalServiceEvents IsMultiRegionTrail EnableLogFileValidation "
                     "IsOrganizationTrail")),
      api::op<ops::DeleteTrail>(delete_trail, api::on(needs_delete_trail), api::takes("Name")),
  };
  return rows;
}

}  // namespace haar::cloudtrail
