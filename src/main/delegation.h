// The operator's part in IAM temporary delegation: what AWS does by hand for product providers.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies-temporary-delegation-partner-guide.html
#pragma once

#include <string>

#include "api/kit/call.h"
#include "services/iam/delegation/delegation.h"
#include "store/db.h"

namespace haar::main {

// Registers a policy template for a provider's account; its requests then name the template's ARN. Errors:
// iam::register_template's.
Result<void> add_delegation_template(store::Db& db, const api::Environment& env, const AccountId& provider,
                                     iam::DelegationTemplateRecord record);

}  // namespace haar::main
