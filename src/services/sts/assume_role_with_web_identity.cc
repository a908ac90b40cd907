// AssumeRoleWithWebIdentity.
#include "services/sts/operations.h"

namespace haar::sts {

const api::Operations assume_role_with_web_identity_operations = {};

}  // namespace haar::sts
