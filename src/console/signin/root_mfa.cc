// A device for root: asked for at every sign-in without one, which can be put off for 35 days and no longer.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/enable-mfa-for-root.html
#include <utility>

#include "base/encoding.h"
#include "console/signin/signin.h"
#include "model/iam/CreateVirtualMFADevice.h"
#include "model/iam/DeleteVirtualMFADevice.h"
#include "model/iam/EnableMFADevice.h"
#include "services/iam/credentials/mfa_devices.h"

namespace haar::console {
namespace {

// As AWS's console called root's device when there was one: https://docs.aws.amazon.com/IAM/latest/UserGuide/
// reference_identifiers.html has "mfa/root-account-mfa-device".
constexpr const char* device_name = "root-account-mfa-device";

store::Key due_key(const AccountId& account) { return store::key_of(account, store::global, "root-mfa"); }

std::string serial_of(const api::Environment& env, const AccountId& account) {
  return make_arn(env.partition, "iam", "", account, std::string("mfa/") + device_name);
}

std::string day_of(Timestamp time) { return format_iso8601(time).substr(0, 10); }

// In groups of four, as apps show it.
std::string spaced(const std::string& seed) {
  std::string out;
  for (std::size_t i = 0; i < seed.size(); ++i) {
    if (i != 0 && i % 4 == 0) out += ' ';
    out += seed[i];
  }
  return out;
}

Html codes_form(const Visit& visit, const WayBack& back) {
  const auto code = [](MarkupName name, const char* label) {
    return field({.name = name, .label = label, .autocomplete = "one-time-code", .inputmode = "numeric", .pattern = "[0-9]{6}",
                  .length_max = 6});
  };
  return form(visit, "/signin/register-mfa", hidden("return", back.path), code("code1", "MFA code 1"),
              code("code2", "MFA code 2"), submit("Add MFA"));
}

}  // namespace

// When a device is due; set at the first sign-in without one.
Timestamp SignIn::root_mfa_due(store::Txn& txn, const AccountId& account) const {
  const RootMfaRecord* record = txn.get(root_mfas, due_key(account));
  if (record != nullptr) return record->due;
  const Timestamp due = parts_.env.clock.now().plus_seconds(root_mfa_grace_seconds);
  txn.put(root_mfas, due_key(account), RootMfaRecord{due});
  return due;
}

std::optional<SignIn::RootSignIn> SignIn::root_of(const store::Reader& reader, const Turn& turn) const {
  if (const std::optional<Flow> flow = flow_of(reader, turn); flow && flow->root() && flow->record.mfa_serial.empty()) {
    auto caller = console_caller(parts_.env, reader, flow->account, "", std::nullopt);
    if (caller.ok()) return RootSignIn{flow->account, std::move(caller).value(), true};
  }
  const Result<LiveSession> live = session_of(reader, turn.request, WhichSession::signed_in);
  if (!live.ok() || live->record.kind != SignedInAs::root) return std::nullopt;
  return RootSignIn{live->account, live->signed_in, false};
}

void SignIn::register_page(const TurnPtr& turn) {
  const store::Reader reader(parts_.db.local_snapshot());
  const std::optional<RootSignIn> root = root_of(reader, *turn);
  if (!root) return begin_again(*turn);
  const WayBack back = way_back(*turn);
  Page page{.title = "Register MFA"};
  page.body += el("p", {}, "Your root user has no multi-factor authentication (MFA) device. Whoever learns the password alone "
                           "has the whole account.");
  const RootMfaRecord* record = reader.get(root_mfas, due_key(root->account));
  if (root->due) page.body += alert(Alert::warning, "Registering a device is required now.");
  else if (record != nullptr) page.body += alert(Alert::info, "A device is required from " + day_of(record->due) + ".");
  page.body += form(turn->visit, "/signin/register-mfa/start", hidden("return", back.path),
                    submit("Set up an authenticator app"));
  if (!root->due) page.body += link_button(back.path.empty() ? console_path : back.path, "Skip for now");
  turn->page(page);
}

// A device that was begun and not finished makes room for a new one: its seed was shown to whoever began it.
void SignIn::register_start(const TurnPtr& turn) {
  const store::Snapshot state = parts_.db.snapshot();
  const std::optional<RootSignIn> root = root_of(store::Reader(state), *turn);
  if (!root) return begin_again(*turn);
  later(turn, root->account.value, [this, turn, root, state] {
    const auto failed = [turn](const std::string& why) { turn->respond(problem(turn->visit, 400, "No device was made", why)); };
    iam::CreateVirtualMFADeviceRequest in;
    in.VirtualMFADeviceName = device_name;
    const auto call = std::make_shared<RowCall>(parts_.env, root->caller, origin_of(parts_.env, turn->request));
    if (const Result<void> ready = call->prepare<iam::ops::CreateVirtualMFADevice>(state, in); !ready.ok())
      return failed(ready.error().message);
    const auto made = std::make_shared<iam::VirtualMFADevice>();
    const auto out = std::make_shared<Outcome>();
    const auto work = [this, turn, root, in, call, made, out](store::Txn& txn) {
      *out = {};
      RowCall other(parts_.env, root->caller, origin_of(parts_.env, turn->request));
      iam::DeleteVirtualMFADeviceRequest remove;
      remove.SerialNumber = serial_of(parts_.env, root->account);
      const std::optional<store::Key> key = iam::mfa_device_key(root->account, remove.SerialNumber);
      if (txn.get(iam::mfa_devices, *key) != nullptr) {
        const auto removed = other.run<iam::ops::DeleteVirtualMFADevice>(txn, remove, out->events);
        if (!removed.ok()) return (out->error = removed.error().message, store::Keep::discard);
      }
      const auto created = call->run<iam::ops::CreateVirtualMFADevice>(txn, in, out->events);
      if (!created.ok()) return (out->error = created.error().message, store::Keep::discard);
      *made = created->VirtualMFADevice;
      events::append(txn, std::exchange(out->events, {}), parts_.env.clock.now());
      return store::Keep::commit;
    };
    transact(turn, work, [this, turn, made, out, failed] {
      for (const events::WrittenEvent& event : out->events) parts_.log.record(event);
      if (!out->error.empty()) return failed(out->error);
      turn->page(seed_page(*turn, *made));
    });
  });
}

Page SignIn::seed_page(const Turn& turn, const iam::VirtualMFADevice& device) const {
  Page page{.title = "Set up device"};
  page.body += el("p", {}, "Scan the code with your authenticator app, or type the secret key into it. Then enter two codes that "
                           "the app shows one after the other.");
  page.body += el("img", {{"class", "qr"}, {"alt", "QR code of the secret key"},
                          {"src", "data:image/png;base64," + to_base64(device.QRCodePNG->bytes)}});
  page.body += el("p", {}, "Secret key: ", el("code", {{"id", "secret-key"}}, spaced(device.Base32StringSeed->bytes)));
  page.body += codes_form(turn.visit, way_back(turn));
  return page;
}

void SignIn::register_finish(const TurnPtr& turn) {
  const auto out = std::make_shared<Outcome>();
  const auto work = [this, turn, out](store::Txn& txn) {
    *out = {};
    const std::optional<RootSignIn> root = root_of(txn, *turn);
    if (!root) return (out->error = "Begin again.", store::Keep::discard);
    iam::EnableMFADeviceRequest in;
    in.SerialNumber = serial_of(parts_.env, root->account);
    in.AuthenticationCode1 = turn->fields["code1"];
    in.AuthenticationCode2 = turn->fields["code2"];
    RowCall call(parts_.env, root->caller, origin_of(parts_.env, turn->request));
    const auto enabled = call.run<iam::ops::EnableMFADevice>(txn, in, out->events);
    if (!enabled.ok()) return (out->error = enabled.error().message, store::Keep::discard);
    events::append(txn, std::exchange(out->events, {}), parts_.env.clock.now());
    out->next = way_back(*turn).path.empty() ? std::string(console_path) : way_back(*turn).path;
    if (std::optional<Flow> flow = root->due ? flow_of(txn, *turn) : std::nullopt) {
      flow->record.mfa_serial = in.SerialNumber;
      advance(txn, *turn, *flow, *out);
    }
    return store::Keep::commit;
  };
  transact(turn, work, [this, turn, out] {
    for (const events::WrittenEvent& event : out->events) parts_.log.record(event);
    if (out->error.empty()) return go_on(*turn, *out);
    Page page{.title = "Set up device"};
    page.body += alert(Alert::error, out->error);
    page.body += codes_form(turn->visit, way_back(*turn));
    page.body += el("p", {}, link("/signin/register-mfa", "Begin again with a new code to scan"));
    turn->page(page);
  });
}

}  // namespace haar::console
