// The credential report.
#include "services/iam/operations.h"

namespace haar::iam {

const api::Operations credential_report_operations = {};

}  // namespace haar::iam
