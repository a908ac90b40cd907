// Multi-factor authentication at sign-in: a code of a virtual device, or two for one that has drifted.
#include <utility>

#include "console/signin/signin.h"
#include "services/iam/credentials/mfa_devices.h"

namespace haar::console {
namespace {

MfaChoice devices_of(const api::Environment& env, const store::Reader& reader, const Flow& flow) {
  MfaChoice choice;
  choice.virtual_devices = iam::virtual_devices_of(reader, env.partition, flow.account, flow.record.principal_id);
  return choice;
}

}  // namespace

void SignIn::mfa_page(const TurnPtr& turn) {
  const store::Reader reader(parts_.db.local_snapshot());
  const std::optional<Flow> flow = flow_of(reader, *turn);
  if (!flow) return begin_again(*turn);
  const MfaChoice devices = devices_of(parts_.env, reader, *flow);
  turn->page(turn->fields.has("resync") ? resync_page(turn->visit, devices, "", "")
                                        : console::mfa_page(turn->visit, devices, "", ""));
}

// CheckMfa and, where it failed, ConsoleLogin are recorded; a code is good once, whatever it was given for.
void SignIn::check_device(const TurnPtr& turn, const CheckDevice& check, const ShowDevices& show) {
  const std::string serial = turn->fields["device"];
  step(turn,
       [this, turn, serial, check](store::Txn& txn, Flow& flow, Outcome& out) {
         const bool right = flow.record.mfa_serial.empty() && check(txn, flow, serial).ok();
         const EventIdentity who = identity_of(txn, flow);
         append(txn, *turn, who,
                {.name = "CheckMfa", .success = right, .error = right ? "" : "Failed authentication",
                 .additional = {{"MfaType", "Virtual MFA"}}});
         if (right) {
           flow.record.mfa_serial = serial;
           return advance(txn, *turn, flow, out);
         }
         append(txn, *turn, who,
                {.name = "ConsoleLogin", .success = false, .error = "Failed authentication",
                 .additional = console_login_data(turn->request, serial)});
         out.error = "Your MFA code is not valid. Enter the code that the device shows now.";
         out.guessed = true;
       },
       [this, turn, serial, show](const std::string& error) {
         const store::Reader reader(parts_.db.snapshot());
         const std::optional<Flow> flow = flow_of(reader, *turn);
         if (!flow) return begin_again(*turn);
         turn->page(show(turn->visit, devices_of(parts_.env, reader, *flow), serial, error));
       });
}

void SignIn::mfa_code(const TurnPtr& turn) {
  const auto check = [this, code = turn->fields["code"]](store::Txn& txn, const Flow& flow, const std::string& serial) {
    return iam::check_mfa_code(txn, flow.account, flow.record.principal_id, serial, code, parts_.env.clock.now(),
                               parts_.env.keyring);
  };
  check_device(turn, check, console::mfa_page);
}

void SignIn::mfa_resync(const TurnPtr& turn) {
  const auto check = [this, code1 = turn->fields["code1"], code2 = turn->fields["code2"]](
                         store::Txn& txn, const Flow& flow, const std::string& serial) {
    return iam::synchronize_mfa_device(txn, flow.account, flow.record.principal_id, serial, code1, code2,
                                       parts_.env.clock.now(), parts_.env.keyring);
  };
  check_device(turn, check, resync_page);
}

}  // namespace haar::console
