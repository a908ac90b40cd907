// The rows of sts.
#pragma once

#include "api/kit/row.h"

namespace haar::sts {

extern const api::Operations caller_operations;
extern const api::Operations assume_role_operations;
extern const api::Operations session_tokens_operations;
extern const api::Operations federation_tokens_operations;
extern const api::Operations authorization_messages_operations;
extern const api::Operations assume_root_operations;
extern const api::Operations assume_role_with_saml_operations;
extern const api::Operations assume_role_with_web_identity_operations;
extern const api::Operations web_identity_tokens_operations;
extern const api::Operations delegated_access_operations;


}  // namespace haar::sts
