// Whose signature is this? For requests, and for what is signed like one (tokens for databases and caches).
#pragma once

#include <memory>

#include "api/kit/call.h"
#include "api/kit/caller.h"
#include "auth/sigv4.h"
#include "store/reader.h"

namespace haar::api {

// The date is looked at before the key, as AWS does; an inactive key is an unknown one. Refusals in AWS's words for
// rules.family: InvalidClientTokenId, SignatureDoesNotMatch, ExpiredToken …
Result<std::shared_ptr<const Caller>> signed_caller(const Environment& env, const store::Reader& state,
                                                    const auth::RequestView& request, const auth::SignatureClaims& claims,
                                                    const auth::Rules& rules);

}  // namespace haar::api
