#include "services/sts/mfa_code.h"

#include "model/sts.h"
#include "services/iam/mfa_devices.h"

namespace haar::sts {

Result<void> verify_mfa_code(api::Call& call, const std::optional<std::string>& serial_number,
                             const std::optional<std::string>& code) {
  if (!serial_number && !code) return {};
  // Observed: https://github.com/dtan4/terraforming/issues/424
  if (!serial_number || !code)
    return errors::AccessDenied(
        "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.");
  const api::Caller& caller = call.caller();
  return iam::check_mfa_code(call.txn, caller.account, caller.unique_id, *serial_number, *code, call.now(),
                             call.env.keyring);
}

}  // namespace haar::sts
