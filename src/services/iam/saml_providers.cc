// SAML providers.
#include "services/iam/operations.h"

namespace haar::iam {

const api::Operations saml_providers_operations = {};

}  // namespace haar::iam
