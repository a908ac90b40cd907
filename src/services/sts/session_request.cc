#include "services/sts/session_request.h"

#include <algorithm>

#include "base/encoding.h"
#include "model/sts/service.h"
#include "services/sts/session_parts.h"

namespace haar::sts {
namespace {

Error bad_value(std::string message) { return errors::InvalidParameterValue(std::move(message)); }

bool contains_key(const std::vector<Tag>& tags, std::string_view key) {
  return std::ranges::any_of(tags, [&](const Tag& tag) { return to_lower(tag.Key) == to_lower(key); });
}

Result<void> check_transitive(const std::vector<Tag>& tags, const std::vector<std::string>& transitive_keys) {
  for (const std::string& key : transitive_keys) {
    if (!contains_key(tags, key))
      return bad_value("The specified transitive tag key must be included in the requested tags.");
  }
  return {};
}

}  // namespace

Result<void> check_role_arn(const std::string& role_arn) {
  const std::optional<Arn> arn = Arn::parse(role_arn);
  if (!arn || arn->partition.empty() || arn->service.empty() || arn->resource.empty())
    return errors::ValidationError(role_arn + " is invalid");
  return {};
}

Result<void> check_request(const AssumeRoleRequest& in) {
  TRY(check_session_tags(in.Tags));
  TRY(check_transitive(tags_or_none(in.Tags), in.TransitiveTagKeys.value_or(std::vector<std::string>{})));
  TRY(check_session_policies(in.Policy, in.PolicyArns));
  return {};
}

bool is_chained(const api::Caller& caller) {
  // A user who switches to a role in the console: for as long as the role permits, if the user stays signed in so long.
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-console.html
  if (caller.session && caller.session->console && caller.type == api::CallerType::user_session) return false;
  return caller.session.has_value();
}

Result<std::int32_t> session_seconds(const AssumeRoleRequest& in, const api::Caller& caller,
                                     std::int32_t role_max_seconds) {
  const std::int32_t seconds = in.DurationSeconds.value_or(session_seconds_default);
  // "IAM role credentials provided by Amazon EC2 instances assigned to the role are not subject to the specified maximum
  // session duration." https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRole.html
  if (caller.type == api::CallerType::service) return seconds;
  // "Role chaining" is whatever has temporary credentials: a role's, however it was assumed, and a user's from
  // GetSessionToken too, with or without a device ("The temporary credentials use the AWS STS GetSessionToken API and
  // are limited to 1 hour"). https://repost.aws/knowledge-center/iam-role-chaining-limit
  if (is_chained(caller) && seconds > chained_seconds_max)
    return errors::ValidationError(
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.");
  if (seconds > role_max_seconds)
    return errors::ValidationError(
        "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
  return seconds;
}

Result<SessionTags> session_tags(const AssumeRoleRequest& in, const api::Caller& caller) {
  SessionTags out;
  for (const Tag& tag : tags_or_none(in.Tags)) out.tags[tag.Key] = tag.Value;
  if (in.TransitiveTagKeys) out.transitive_keys = *in.TransitiveTagKeys;
  if (!caller.session) return out;
  for (const std::string& key : caller.session->transitive_tag_keys) {
    if (contains_key(tags_or_none(in.Tags), key))
      return bad_value("One of the specified transitive tag keys can't be set because it conflicts with a transitive tag "
                       "key from the calling session.");
    const auto tag = std::ranges::find_if(caller.session->tags,
                                          [&](const auto& t) { return to_lower(t.first) == to_lower(key); });
    if (tag == caller.session->tags.end()) continue;
    out.tags[tag->first] = tag->second;
    out.transitive_keys.push_back(tag->first);
  }
  return out;
}

std::string source_identity(const AssumeRoleRequest& in, const api::Caller& caller) {
  if (caller.session && !caller.session->source_identity.empty()) return caller.session->source_identity;
  return in.SourceIdentity.value_or("");
}

}  // namespace haar::sts
