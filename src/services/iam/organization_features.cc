// Centralized root access.
#include "services/iam/operations.h"

namespace haar::iam {

const api::Operations organization_features_operations = {};

}  // namespace haar::iam
