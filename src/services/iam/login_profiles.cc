// Passwords of users.
#include "services/iam/operations.h"

namespace haar::iam {

const api::Operations login_profiles_operations = {};

}  // namespace haar::iam
