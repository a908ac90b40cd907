// Server certificates.
#include "services/iam/operations.h"

namespace haar::iam {

const api::Operations server_certificates_operations = {};

}  // namespace haar::iam
