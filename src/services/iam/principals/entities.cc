#include "services/iam/principals/entities.h"

#include <algorithm>
#include <array>

#include "api/kit/tags.h"
#include "base/encoding.h"
#include "model/iam/service.h"
#include "policy/service_rules.h"

namespace haar::iam {

std::string entity_arn(const Partition& partition, const AccountId& account, std::string_view kind,
                       std::string_view path, std::string_view name) {
  std::string resource(kind);
  resource.append(path).append(name);
  return make_arn(partition, "iam", "", account, resource);
}

std::string root_arn(const Partition& partition, const AccountId& account) {
  return make_arn(partition, "iam", "", account, "root");
}

Error no_such(std::string_view noun, std::string_view name) {
  return errors::NoSuchEntity("The " + std::string(noun) + " with name " + std::string(name) + " cannot be found.");
}

Error over_quota(std::string_view quota, std::size_t limit) {
  return errors::LimitExceeded("Cannot exceed quota for " + std::string(quota) + ": " + std::to_string(limit));
}

Result<void> check_modifiable(const RoleRecord& role) {
  if (!policy::is_protected_path(role.path)) return {};
  return errors::UnmodifiableEntity(policy::protected_role(role.name).message);
}

std::vector<Tag> tag_view(const TagList& tags) { return api::tag_views<Tag>(tags); }

std::optional<std::vector<Tag>> tag_view_if_any(const TagList& tags) {
  if (tags.empty()) return std::nullopt;
  return tag_view(tags);
}

api::TagMap tag_map(const TagList& tags) { return api::tag_map(tags); }
api::TagMap tag_map(const std::vector<Tag>& tags) { return api::tag_map(tags); }
api::TagMap tag_map(const std::optional<std::vector<Tag>>& tags) { return api::tag_map(tags); }

namespace {

// The model bounds keys and values.
Error refuse_tag(api::TagFault fault, const std::string&, const api::TagRules& rules) {
  if (fault == api::TagFault::too_many) return errors::LimitExceeded("The number of tags has reached the maximum limit.");
  return errors::InvalidInput(rules.ignore_case
                                  ? "Duplicate tag keys found. Please note that Tag keys are case insensitive."
                                  : "Duplicate tag keys found.");
}

api::TagRules tag_rules(TagCase tag_case) {
  return {.per_resource_max = tags_max, .ignore_case = tag_case == TagCase::insensitive, .refuse = refuse_tag};
}

}  // namespace

Result<void> add_tags(TagList& tags, const std::vector<Tag>& added, TagCase tag_case) {
  return api::merge_tags(tag_rules(tag_case), tags, api::tag_pairs(added));
}

void remove_tags(TagList& tags, const std::vector<std::string>& keys, TagCase tag_case) {
  api::remove_tags(tag_rules(tag_case), tags, keys);
}

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
bool knows_boundary(std::string_view action) {
  static constexpr std::array<std::string_view, 17> actions{
      "iam:AttachRolePolicy",  "iam:AttachUserPolicy",          "iam:DeleteRole",
      "iam:DeleteRolePermissionsBoundary", "iam:DeleteRolePolicy", "iam:DeleteUserPermissionsBoundary",
      "iam:DeleteUserPolicy",  "iam:DetachRolePolicy",          "iam:DetachUserPolicy",
      "iam:GetRole",           "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy",
      "iam:PutUserPermissionsBoundary", "iam:PutUserPolicy",    "iam:UpdateAssumeRolePolicy",
      "iam:UpdateRole",        "iam:UpdateRoleDescription"};
  static_assert(std::ranges::is_sorted(actions));
  return std::ranges::binary_search(actions, action);
}

void need_tags_at_creation(std::string action, const std::string& arn, const api::TagMap& tags, Requirements& needs) {
  if (!tags.empty()) needs.need(std::move(action), arn).request_tags = tags;
}

std::string encoded_document(std::string_view document) { return percent_encode(document); }

std::optional<AttachedPermissionsBoundary> boundary_view(const std::string& arn) {
  if (arn.empty()) return std::nullopt;
  AttachedPermissionsBoundary boundary;
  boundary.PermissionsBoundaryType = "Policy";
  boundary.PermissionsBoundaryArn = arn;
  return boundary;
}

}  // namespace haar::iam
