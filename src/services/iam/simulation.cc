// The policy simulators.
#include "services/iam/operations.h"

namespace haar::iam {

const api::Operations simulation_operations = {};

}  // namespace haar::iam
