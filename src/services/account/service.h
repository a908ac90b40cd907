// AWS Account Management: https://docs.aws.amazon.com/accounts/latest/reference/api-reference.html
#pragma once

#include "services/manifest/service.h"

namespace haar::account {

const services::Service& manifest();

}  // namespace haar::account
