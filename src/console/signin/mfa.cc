// Multi-factor authentication at sign-in: a code of a virtual device, or two for one that has drifted.
#include <utility>

#include "console/signin/signin.h"
#include "services/iam/credentials/fido_devices.h"
#include "services/iam/credentials/mfa_devices.h"
#include "web/host.h"

namespace haar::console {
namespace {

MfaChoice devices_of(const api::Environment& env, const store::Reader& reader, const Flow& flow, const http::Request& request) {
  MfaChoice choice;
  for (const iam::FidoDeviceRecord& device : iam::fido_devices_of(reader, flow.record.principal_id))
    choice.passkeys = choice.passkeys || web::names_host(request.header("host"), device.rp_id);
  choice.virtual_devices = iam::virtual_devices_of(reader, env.partition, flow.account, flow.record.principal_id);
  return choice;
}

}  // namespace

void SignIn::mfa_page(const TurnPtr& turn) {
  const store::Reader reader(parts_.db.local_snapshot());
  const std::optional<Flow> flow = flow_of(reader, *turn);
  if (!flow) return begin_again(*turn);
  const MfaChoice devices = devices_of(parts_.env, reader, *flow, turn->request);
  turn->page(turn->fields.has("resync") ? resync_page(turn->visit, devices, "", "")
                                        : console::mfa_page(turn->visit, devices, "", ""));
}

// CheckMfa and, where it failed, ConsoleLogin are recorded; a code is good once, whatever it was given for.
void SignIn::check_device(const TurnPtr& turn, const CheckDevice& check, const ShowDevices& show) {
  step(turn,
       [this, turn, check](store::Txn& txn, Flow& flow, Outcome& out) {
         const Result<std::string> serial = check.verify(txn, flow);
         const bool right = flow.record.mfa_serial.empty() && serial.ok();
         const EventIdentity who = identity_of(txn, flow);
         append(txn, *turn, who,
                {.name = "CheckMfa", .success = right, .error = right ? "" : "Failed authentication",
                 .additional = {{"MfaType", std::string(check.kind)}}});
         if (right) {
           flow.record.mfa_serial = *serial;
           return advance(txn, *turn, flow, out);
         }
         append(txn, *turn, who,
                {.name = "ConsoleLogin", .success = false, .error = "Failed authentication",
                 .additional = console_login_data(turn->request, turn->fields["device"])});
         put_flow(parts_.env, txn, flow);
         out.error = check.refusal;
         out.guessed = true;
       },
       [this, turn, show](const std::string& error) {
         const store::Reader reader(parts_.db.snapshot());
         const std::optional<Flow> flow = flow_of(reader, *turn);
         if (!flow) return begin_again(*turn);
         turn->page(show(turn->visit, devices_of(parts_.env, reader, *flow, turn->request), turn->fields["device"], error));
       });
}

void SignIn::mfa_code(const TurnPtr& turn) {
  const auto verify = [this, turn](store::Txn& txn, Flow& flow) -> Result<std::string> {
    const std::string& serial = turn->fields["device"];
    TRY(iam::check_mfa_code(txn, flow.account, flow.record.principal_id, serial, turn->fields["code"], parts_.env.clock.now(),
                            parts_.env.keyring));
    return serial;
  };
  check_device(turn, {"Virtual MFA", verify, "Your MFA code is not valid. Enter the code that the device shows now."},
               console::mfa_page);
}

void SignIn::mfa_resync(const TurnPtr& turn) {
  const auto verify = [this, turn](store::Txn& txn, Flow& flow) -> Result<std::string> {
    const std::string& serial = turn->fields["device"];
    TRY(iam::synchronize_mfa_device(txn, flow.account, flow.record.principal_id, serial, turn->fields["code1"],
                                    turn->fields["code2"], parts_.env.clock.now(), parts_.env.keyring));
    return serial;
  };
  check_device(turn, {"Virtual MFA", verify, "These are not valid: they must be two codes that follow each other."}, resync_page);
}

}  // namespace haar::console
