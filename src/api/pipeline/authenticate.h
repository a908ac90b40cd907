// Who signed this request? Answers only when the signature, the key, the session and the time are right.
#pragma once

#include <memory>

#include "api/kit/call.h"
#include "api/kit/identity.h"
#include "auth/sigv4.h"
#include "store/reader.h"

namespace haar::api {

// The caller, or AWS's refusal for the family (InvalidClientTokenId, SignatureDoesNotMatch, AuthFailure,
// ExpiredToken …). The date is looked at before the key, as AWS does; an inactive key is an unknown one.
Result<std::shared_ptr<const Caller>> authenticate(const auth::RequestView& request, const auth::SignatureClaims& claims,
                                                   const auth::Rules& rules, const Environment& env,
                                                   const store::Reader& reader);

}  // namespace haar::api
