// How the operations that take a code (Otp) hold guesses back.
#pragma once

#include <functional>
#include <string>

#include "api/kit/call.h"
#include "base/result.h"
#include "services/account/messages.h"
#include "services/account/one_time_code.h"

namespace haar::account {

inline Sending sending(const api::Call& call) { return {call.random(), call.env.keyring, call.now()}; }

// TooManyRequestsException while `to` was sent enough.
Result<void> check_may_send(const api::Call& call, std::string_view to);

// Counted for `purpose`: five wrong codes, and nobody's is looked at for some minutes. ValidationException for a wrong one and
// for one that is too old. AWS's texts were not found.
Result<void> take_code(const api::Call& call, const OneTimeCode& stored, const std::string& purpose, std::string_view text);

}  // namespace haar::account
