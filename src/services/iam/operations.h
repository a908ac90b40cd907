// The rows of iam, one table per file of handlers, and what the composition root needs of the service.
#pragma once

#include <vector>

#include "api/row.h"
#include "store/space.h"

namespace haar::iam {

extern const api::Operations users_operations;
extern const api::Operations groups_operations;
extern const api::Operations access_keys_operations;
extern const api::Operations policies_operations;
extern const api::Operations policy_versions_operations;
extern const api::Operations attachments_operations;
extern const api::Operations inline_policies_operations;
extern const api::Operations roles_operations;
extern const api::Operations boundaries_operations;
extern const api::Operations tags_operations;
extern const api::Operations service_linked_roles_operations;
extern const api::Operations account_operations;
extern const api::Operations other_credentials_operations;

void register_iam(api::Registry& registry);
// Everything that iam keeps, for Db::open.
std::vector<const store::SpaceBase*> iam_spaces();

}  // namespace haar::iam
