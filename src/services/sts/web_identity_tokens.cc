// GetWebIdentityToken.
#include "services/sts/operations.h"

namespace haar::sts {

const api::Operations web_identity_tokens_operations = {};

}  // namespace haar::sts
