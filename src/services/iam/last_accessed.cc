// Service last accessed details.
#include "services/iam/operations.h"

namespace haar::iam {

const api::Operations last_accessed_operations = {};

}  // namespace haar::iam
