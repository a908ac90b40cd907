// Delegation requests.
#include "services/iam/operations.h"

namespace haar::iam {

const api::Operations delegation_requests_operations = {};

}  // namespace haar::iam
