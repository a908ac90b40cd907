// The rows of the account service, one table per file of handlers, for its manifest (service.cc).
#pragma once

#include "api/kit/row.h"

namespace haar::account {

const api::Operations& information_operations();
const api::Operations& contacts_operations();
const api::Operations& primary_email_operations();
const api::Operations& phone_operations();
const api::Operations& regions_operations();

}  // namespace haar::account
