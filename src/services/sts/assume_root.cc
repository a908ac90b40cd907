// AssumeRoot.
#include "services/sts/operations.h"

namespace haar::sts {

const api::Operations assume_root_operations = {};

}  // namespace haar::sts
