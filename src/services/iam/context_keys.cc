// Context keys that policies ask for.
#include "services/iam/operations.h"

namespace haar::iam {

const api::Operations context_keys_operations = {};

}  // namespace haar::iam
