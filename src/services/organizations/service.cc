#include "model/organizations/service.h"
#include "services/organizations/operations.h"
#include "services/organizations/records.h"
#include "services/organizations/service.h"

namespace haar::organizations {

const services::Service& manifest() {
  static const services::Service all{
      .model = service(),
      .rows = {&organization_operations, &units_operations, &accounts_operations, &account_requests_operations,
                &handshakes_operations, &policies_operations, &policy_types_operations, &attachments_operations,
                &service_access_operations, &delegated_administrators_operations, &resource_policy_operations,
                &tags_operations},
      .spaces = {&organization_records, &nodes, &members, &policies, &account_requests, &handshakes,
                &resource_policies},
      .add_tagged = add_tagged,
  };
  return all;
}

}  // namespace haar::organizations
