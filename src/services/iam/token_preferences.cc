// Preferences of the security token service.
#include "services/iam/operations.h"

namespace haar::iam {

const api::Operations token_preferences_operations = {};

}  // namespace haar::iam
