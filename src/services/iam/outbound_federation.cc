// Outbound web identity federation.
#include "services/iam/operations.h"

namespace haar::iam {

const api::Operations outbound_federation_operations = {};

}  // namespace haar::iam
