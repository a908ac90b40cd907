// ListPoliciesGrantingServiceAccess.
#include "services/iam/operations.h"

namespace haar::iam {

const api::Operations policy_grants_operations = {};

}  // namespace haar::iam
