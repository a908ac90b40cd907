// May this caller do this? The only place where the pipeline asks policy::decide.
#pragma once

#include <vector>

#include "api/kit/call.h"
#include "api/kit/requirements.h"
#include "events/record.h"

namespace haar::api {

// Every requirement must be allowed; the first that is not becomes the refusal, in AWS's words: AccessDenied
// (403) with the reason, AccessDeniedException in JSON services, or EC2's UnauthorizedOperation with the encoded
// message. Answers for all of them
// are added to `evaluated` up to and including the refusal, for the event.
Result<void> authorize(const Call& call, const wire::Service& service, const Requirements& needs,
                       std::vector<events::Evaluated>& evaluated);

}  // namespace haar::api
