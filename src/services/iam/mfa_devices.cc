// Multi-factor devices.
#include "services/iam/operations.h"

namespace haar::iam {

const api::Operations mfa_devices_operations = {};

}  // namespace haar::iam
