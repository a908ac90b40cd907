// Which services an organization can name: those that AWS has.
#pragma once

#include <string_view>

#include "base/result.h"

namespace haar::organizations {

// InvalidInputException UNRECOGNIZED_SERVICE_PRINCIPAL for a name that is no service's.
Result<void> check_service_principal(std::string_view service);

}  // namespace haar::organizations
