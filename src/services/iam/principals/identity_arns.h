// ARNs of users, groups, roles and policies as arguments, and what carries permissions behind them.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "services/iam/principals/entities.h"
#include "services/iam/policies/managed_policies.h"

namespace haar::iam {

// What an ARN of the caller's account (or of one of AWS's policies) names.
using Subject = std::variant<const UserRecord*, const GroupRecord*, const RoleRecord*, FoundPolicy>;
// InvalidInput for what is no ARN of such an entity, NoSuchEntity for one that is not there.
Result<Subject> find_subject(const Call& call, const std::string& arn);

// The tags of what the ARN names, if it is there: aws:ResourceTag of a requirement on it.
api::TagMap subject_tags(const Call& call, const std::string& arn);

// A policy as it grants permissions: an inline one names who carries it.
struct GrantingPolicy {
  std::string name, arn;             // arn: of managed policies only
  std::string_view entity_type;      // "USER", "GROUP", "ROLE": of inline ones only
  std::string entity_name;
  std::string_view document;         // valid as long as the transaction
};
// Those of the entity; a user's include those of the groups.
std::vector<GrantingPolicy> policies_of(const Call& call, const UserRecord& user);
std::vector<GrantingPolicy> policies_of(const Call& call, const GroupRecord& group);
std::vector<GrantingPolicy> policies_of(const Call& call, const RoleRecord& role);

}  // namespace haar::iam
