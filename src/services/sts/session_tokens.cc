// GetSessionToken.
#include "services/sts/operations.h"

namespace haar::sts {

const api::Operations session_tokens_operations = {};

}  // namespace haar::sts
