#include "services/sts/mfa_code.h"

#include "auth/attempts.h"
#include "model/sts/service.h"
#include "services/iam/credentials/mfa_devices.h"

namespace haar::sts {

Result<void> verify_mfa_code(api::Call& call, const std::optional<std::string>& serial_number,
                             const std::optional<std::string>& code) {
  if (!serial_number && !code) return {};
  // Observed: https://github.com/dtan4/terraforming/issues/424
  if (!serial_number || !code)
    return errors::AccessDenied(
        "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.");
  const api::Caller& caller = call.caller();
  auth::Attempts& attempts = call.env.part<auth::Attempts>();
  const std::string& attempt = call.origin.request_id;
  if (!attempts.may_try(caller.access_key_id, attempt, call.now())) return errors::Throttling("Rate exceeded");
  Result<void> checked = iam::check_mfa_code(call.txn, caller.account, caller.unique_id, *serial_number, *code,
                                             call.now(), call.env.keyring);
  if (checked.ok()) attempts.succeeded(caller.access_key_id);
  else attempts.failed(caller.access_key_id, attempt, call.now());
  return checked;
}

}  // namespace haar::sts
