#include "services/organizations/service_principals.h"

#include "data/service_linked_roles.h"
#include "data/service_principals.h"
#include "services/organizations/common.h"

namespace haar::organizations {

Result<void> check_service_principal(std::string_view service) {
  if (data::is_service_principal(service) || data::find_service_linked_role(service) != nullptr) return {};
  return invalid_input("UNRECOGNIZED_SERVICE_PRINCIPAL", "You specified an unrecognized service principal.");
}

}  // namespace haar::organizations
