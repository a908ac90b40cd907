#include "model/iam.h"
#include "services/iam/operations.h"
#include "services/iam/records.h"

namespace haar::iam {

void register_iam(api::Registry& registry) {
  registry.add(service(), {&users_operations, &groups_operations, &access_keys_operations, &policies_operations,
                           &policy_versions_operations, &attachments_operations, &inline_policies_operations,
                           &roles_operations, &boundaries_operations, &tags_operations,
                           &service_linked_roles_operations, &account_operations, &other_credentials_operations});
}

std::vector<const store::SpaceBase*> iam_spaces() {
  return {&accounts, &users, &groups, &roles, &policies, &access_keys, &last_used, &role_deletions};
}

}  // namespace haar::iam
