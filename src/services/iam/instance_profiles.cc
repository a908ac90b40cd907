// Instance profiles.
#include "services/iam/operations.h"

namespace haar::iam {

const api::Operations instance_profiles_operations = {};

}  // namespace haar::iam
