// Service-linked roles: made for one service of AWS, named and equipped by it, changed by nobody else.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "api/kit/role_uses.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/names.h"
#include "store/reader.h"

namespace haar::iam {

bool has_linked_role(const store::Reader& reader, const AccountId& account, std::string_view service);
// Makes the account's role of a service that has one, as the service itself does (organizations, in a new member
// account); nothing if the account has it. Asserts that the service has such a role.
void put_linked_role(store::Txn& txn, Random& random, const Partition& partition, const AccountId& account,
                     std::string_view service, Timestamp now);

using api::RoleUse;
using api::RoleUses;

}  // namespace haar::iam
