// MaxSigninSessionDuration of roles and of users' login profiles: how long somebody who signs in to the console
// stays signed in (console/session/sessions.cc).
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRole.html
#pragma once

#include <cstdint>

#include "base/result.h"
#include "model/iam/service.h"
#include "services/iam/principals/entities.h"

namespace haar::iam {

// What UpdateRole or UpdateLoginProfile makes of it; 0 is "not set". The range is the model's. AWS's page forbids
// both members together and does not say in which words that is refused.
template <class Input>
Result<void> change_signin_seconds(const Input& in, std::int32_t& seconds) {
  const bool reset = in.ResetMaxSigninSessionDuration.value_or(false);
  if (reset && in.MaxSigninSessionDuration)
    return errors::InvalidInput("MaxSigninSessionDuration cannot be specified when ResetMaxSigninSessionDuration is true.");
  if (reset) seconds = 0;
  if (in.MaxSigninSessionDuration) seconds = *in.MaxSigninSessionDuration;
  return {};
}

}  // namespace haar::iam
