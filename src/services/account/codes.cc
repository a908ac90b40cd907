#include "services/account/codes.h"

#include "auth/attempts.h"
#include "model/account/service.h"

namespace haar::account {

Result<void> check_may_send(const api::Call& call, std::string_view to) {
  if (may_send(call.txn, to, call.now())) return {};
  return errors::TooManyRequestsException("Too many codes were sent in the last hour. Try again later.");
}

Result<void> take_code(const api::Call& call, const OneTimeCode& stored, const std::string& purpose, std::string_view text) {
  auth::Attempts& attempts = call.env.part<auth::Attempts>();
  const std::string& attempt = call.origin.request_id;
  if (!attempts.may_try(purpose, attempt, call.now()))
    return errors::TooManyRequestsException("Too many wrong codes were given. Try again later.");
  switch (check_code(call.env.keyring, stored, purpose, text, call.now())) {
    case CodeFit::right: attempts.succeeded(purpose); return {};
    case CodeFit::expired:
      return errors::ValidationException("The code has expired.").with("reason", "fieldValidationFailed");
    case CodeFit::wrong: break;
  }
  attempts.failed(purpose, attempt, call.now());
  return errors::ValidationException("The code is not correct.").with("reason", "fieldValidationFailed");
}

}  // namespace haar::account
