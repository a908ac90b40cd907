// GetFederationToken.
#include "services/sts/operations.h"

namespace haar::sts {

const api::Operations federation_tokens_operations = {};

}  // namespace haar::sts
