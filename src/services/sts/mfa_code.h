// The multi-factor code that AssumeRole and GetSessionToken take.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html
#pragma once

#include <optional>
#include <string>

#include "api/kit/call.h"
#include "base/clock.h"
#include "base/result.h"

namespace haar::sts {

// AccessDenied (403) for a wrong or spent code and for a device that is not the caller's own. A right one is
// spent by it, in call.txn. Throttling (400) for an access key that was wrong too often (auth/attempts.h).
// Without serial number and code there is nothing to verify.
Result<void> verify_mfa_code(api::Call& call, const std::optional<std::string>& serial_number,
                             const std::optional<std::string>& code);

// A verified code says that the caller was there with the device, now.
template <class Input>
bool carries_mfa_code(const Input& in) {
  return in.SerialNumber.has_value() || in.TokenCode.has_value();
}
// For api::verify_first and api::writes_when.
template <class Input>
Result<void> verify_mfa(api::Call& call, const Input& in) {
  return verify_mfa_code(call, in.SerialNumber, in.TokenCode);
}

}  // namespace haar::sts
