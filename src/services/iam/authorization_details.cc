// GetAccountAuthorizationDetails.
#include "services/iam/operations.h"

namespace haar::iam {

const api::Operations authorization_details_operations = {};

}  // namespace haar::iam
