// GetDelegatedAccessToken.
#include "services/sts/operations.h"

namespace haar::sts {

const api::Operations delegated_access_operations = {};

}  // namespace haar::sts
