// SSH public keys.
#include "services/iam/operations.h"

namespace haar::iam {

const api::Operations ssh_keys_operations = {};

}  // namespace haar::iam
