// DecodeAuthorizationMessage.
#include "services/sts/operations.h"

namespace haar::sts {

const api::Operations authorization_messages_operations = {};

}  // namespace haar::sts
