#include "model/organizations/service.h"
#include "services/organizations/operations.h"
#include "services/organizations/records.h"

namespace haar::organizations {

void register_organizations(api::Registry& registry) {
  registry.add(service(), {
      &organization_operations,
      &units_operations,
      &accounts_operations,
      &account_requests_operations,
      &handshakes_operations,
      &policies_operations,
      &policy_types_operations,
      &attachments_operations,
      &service_access_operations,
      &delegated_administrators_operations,
      &resource_policy_operations,
      &tags_operations,
  });
}

std::vector<const store::SpaceBase*> organizations_spaces() {
  return {&organization_records, &nodes, &members, &policies, &account_requests, &handshakes, &resource_policies};
}

}  // namespace haar::organizations
