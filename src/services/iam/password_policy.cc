// The account's password policy.
#include "services/iam/operations.h"

namespace haar::iam {

const api::Operations password_policy_operations = {};

}  // namespace haar::iam
