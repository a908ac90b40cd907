#include "model/sts/service.h"
#include "services/sts/operations.h"
#include "services/sts/service.h"

namespace haar::sts {

const services::Service& manifest() {
  static const services::Service all{
      .model = service(),
      .rows = {&caller_operations, &assume_role_operations, &session_tokens_operations,
                &federation_tokens_operations, &authorization_messages_operations, &assume_root_operations,
                &assume_role_with_saml_operations, &assume_role_with_web_identity_operations,
                &web_identity_tokens_operations, &delegated_access_operations},
  };
  return all;
}

}  // namespace haar::sts
