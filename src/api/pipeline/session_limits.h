// What temporary credentials may not be used for, whatever the policies say.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html
#pragma once

#include "api/kit/caller.h"
#include "base/result.h"
#include "wire/schema.h"

namespace haar::api {

// AccessDenied (403) "Cannot call GetSessionToken with session credentials" for an operation of sts that the
// caller's credentials are not good for; InvalidClientTokenId (403) for one of iam: iam does not know them.
Result<void> check_session_limits(const Caller& caller, const wire::Operation& operation);

}  // namespace haar::api
