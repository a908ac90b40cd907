// Service-specific credentials.
#include "services/iam/operations.h"

namespace haar::iam {

const api::Operations service_credentials_operations = {};

}  // namespace haar::iam
