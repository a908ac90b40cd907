// Signing certificates.
#include "services/iam/operations.h"

namespace haar::iam {

const api::Operations signing_certificates_operations = {};

}  // namespace haar::iam
