// OpenID Connect providers.
#include "services/iam/operations.h"

namespace haar::iam {

const api::Operations oidc_providers_operations = {};

}  // namespace haar::iam
