// The user, group or role that a PolicySourceArn names, for the policy simulator and its companions.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "policy/policy_set.h"
#include "services/iam/principals/entities.h"

namespace haar::iam {

enum class EntityKind : std::uint8_t { user, group, role };

// "arn:aws:iam::111122223333:user/path/ana" taken apart.
struct EntityName {
  EntityKind kind = EntityKind::user;
  std::string account, name;
};
// InvalidInput for an ARN of anything else: a session's, the root user's, a bucket's.
Result<EntityName> parse_entity_arn(std::string_view arn);

struct PolicySource {
  EntityKind kind = EntityKind::user;
  std::string arn, unique_id;
  bool service_linked = false;
  // Its own policies, those attached to it and, for a user, those of its groups; never null.
  std::shared_ptr<const policy::PolicySet> identity;
  std::shared_ptr<const policy::PolicySet> boundary;  // null: none
};
// NoSuchEntity if the caller's account has no such entity; InvalidInput as above.
Result<PolicySource> find_policy_source(const Call& call, const std::string& arn);

// The entity's own account owns it, so that another account's is out of reach.
void need_policy_source(const Call& call, const std::string& arn, Requirements& needs);

// Documents given in a request, as "<name>.1", "<name>.2", …; the parser's text as InvalidInput.
Result<std::vector<policy::Attached>> given_policies(const std::vector<std::string>& documents, std::string_view name,
                                                     policy::Kind kind);

}  // namespace haar::iam
