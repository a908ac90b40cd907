// AssumeRoleWithSAML.
#include "services/sts/operations.h"

namespace haar::sts {

const api::Operations assume_role_with_saml_operations = {};

}  // namespace haar::sts
