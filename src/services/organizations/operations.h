// The rows of organizations, one table per file of handlers, and what has tags, for its manifest (service.cc).
#pragma once

#include "api/kit/row.h"
#include "api/kit/tagged.h"

namespace haar::organizations {

extern const api::Operations organization_operations;
extern const api::Operations units_operations;
extern const api::Operations accounts_operations;
extern const api::Operations account_requests_operations;
extern const api::Operations handshakes_operations;
extern const api::Operations policies_operations;
extern const api::Operations policy_types_operations;
extern const api::Operations attachments_operations;
extern const api::Operations service_access_operations;
extern const api::Operations delegated_administrators_operations;
extern const api::Operations resource_policy_operations;
extern const api::Operations tags_operations;

// What has tags, for the Resource Groups Tagging API.
void add_tagged(const api::Call& call, api::TaggedResources& out);

}  // namespace haar::organizations
