// Passkeys: a challenge that a key of the person's signs at sign-in, and the registration of a key, for the console's page of
// security credentials.
#include <boost/json.hpp>

#include <utility>

#include "auth/webauthn.h"
#include "base/base64url.h"
#include "base/encoding.h"
#include "console/session/cookies.h"
#include "console/signin/signin.h"
#include "model/iam/EnableMFADevice.h"
#include "services/iam/credentials/fido_devices.h"
#include "services/iam/credentials/mfa_devices.h"
#include "services/iam/principals/owner.h"

namespace haar::console {
namespace {

namespace json = boost::json;

constexpr std::int64_t registration_seconds = 300;
constexpr std::string_view registration_purpose = "console passkey registration";

std::string host_of(const http::Request& request) {
  const std::string_view host = request.header("host");
  return to_lower(host.substr(0, host.rfind(':')));
}

auth::WebAuthnRequest asked_of(const http::Request& request, std::string challenge) {
  std::string origin(request.tls ? "https://" : "http://");
  origin += to_lower(request.header("host"));
  return {std::move(challenge), std::move(origin), host_of(request)};
}

std::string new_challenge(Random& random) {
  std::string bytes(auth::webauthn_challenge_bytes, '\0');
  random.fill({reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()});
  return to_base64url(bytes);
}

std::string text_of(const json::value& body, std::string_view name) {
  const json::value* value = body.is_object() ? body.get_object().if_contains(name) : nullptr;
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

auth::PublicKeyCredential credential_of(const iam::FidoDeviceRecord& device) {
  return {device.credential_id, device.public_key, device.algorithm, device.aaguid, device.sign_count};
}

// What registration remembers between its two requests; sealed, and told to the page.
struct Registration {
  std::string challenge, session_id, user_name, device_name;
  std::int64_t until = 0;

  [[nodiscard]] std::string seal(const auth::Keyring& keyring) const {
    const json::array parts{challenge, session_id, user_name, device_name, until};
    return to_base64url(keyring.seal(json::serialize(parts), registration_purpose));
  }
  static std::optional<Registration> open(const auth::Keyring& keyring, std::string_view text) {
    const std::optional<std::string> sealed = from_base64url(text);
    const Result<std::string> plain = keyring.open(sealed.value_or(""), registration_purpose);
    if (!plain.ok()) return std::nullopt;
    const json::array parts = json::parse(*plain).as_array();
    const auto part = [&](std::size_t i) { return std::string(parts.at(i).as_string()); };
    return Registration{part(0), part(1), part(2), part(3), parts.at(4).as_int64()};
  }
};

}  // namespace

// ---- at sign-in ---------------------------------------------------------------------------------

void SignIn::passkey_options(const TurnPtr& turn) {
  const auto answer = std::make_shared<json::object>();
  const auto work = [this, turn, answer](store::Txn& txn) {
    answer->clear();
    std::optional<Flow> flow = flow_of(txn, *turn);
    if (!flow || !flow->record.mfa_serial.empty()) return store::Keep::discard;
    flow->record.challenge = new_challenge(parts_.env.random);
    json::array credentials;
    for (const iam::FidoDeviceRecord& device : iam::fido_devices_of(txn, flow->record.principal_id)) {
      if (device.rp_id == host_of(turn->request)) credentials.emplace_back(to_base64url(device.credential_id));
    }
    *answer = {{"challenge", flow->record.challenge}, {"rpId", host_of(turn->request)}, {"credentials", std::move(credentials)}};
    put_flow(parts_.env, txn, *flow);
    return store::Keep::commit;
  };
  submit(turn, work, [turn, answer] {
    if (answer->empty()) return answer_json(turn->respond, 400, {{"code", "NoSignIn"}, {"message", "Begin again."}});
    answer_json(turn->respond, 200, *answer);
  });
}

// The challenge is spent, whether or not the answer is right.
void SignIn::passkey(const TurnPtr& turn) {
  const auto bytes = [turn](std::string_view name) { return from_base64url(turn->fields[name]).value_or(""); };
  const auto check = [this, turn, bytes](store::Txn& txn, Flow& flow) -> Result<std::string> {
    const auth::WebAuthnRequest asked = asked_of(turn->request, std::exchange(flow.record.challenge, ""));
    const std::string id = bytes("credential");
    for (const iam::FidoDeviceRecord& device : iam::fido_devices_of(txn, flow.record.principal_id)) {
      if (device.credential_id != id || device.rp_id != asked.rp_id) continue;
      const std::uint32_t count = TRY(auth::verify_assertion(asked, credential_of(device), bytes("client"),
                                                             bytes("authenticator"), bytes("signature")));
      iam::note_fido_use(txn, flow.account, device, count);
      return iam::fido_serial(parts_.env.partition, flow.account, device);
    }
    return Error{"InvalidPasskey", "This key is not registered here.", 400};
  };
  check_device(turn, {"U2F MFA", check, "Your passkey was not accepted. Try again."}, console::mfa_page);
}

// ---- registration -------------------------------------------------------------------------------

Result<LiveSession> SignIn::session_of(const store::Reader& reader, const http::Request& request, WhichSession which) const {
  return find_session(parts_.env, reader, find_cookie(request.headers, session_cookie), which);
}

namespace {

void answer_error(const http::Respond& respond, const Error& error) {
  answer_json(respond, error.http_status, {{"code", error.code}, {"message", error.message}});
}

// iam:EnableMFADevice on the user, as for every other device.
Result<iam::Owner> may_register(const api::Call& call, const iam::EnableMFADeviceRequest& in, api::Execution& execution) {
  TRY(api::decide(call, *call.env.rows.find(iam::ops::EnableMFADevice::model()), &in, nullptr, execution));
  const std::optional<std::string> name = in.UserName.has_value() && !in.UserName->empty() ? in.UserName : std::nullopt;
  return iam::credential_owner(call, name);
}

iam::EnableMFADeviceRequest request_for(const api::Caller& caller, const std::string& user_name) {
  iam::EnableMFADeviceRequest in;
  if (!user_name.empty()) in.UserName = user_name;
  else if (caller.type != api::CallerType::root) in.UserName = caller.name;
  return in;
}

}  // namespace

void SignIn::passkey_registration(const TurnPtr& turn) {
  json::error_code error;
  const json::value body = json::parse(turn->request.body, error);
  const std::string user_name = text_of(body, "userName"), device_name = text_of(body, "name");
  store::Txn txn(parts_.db.local_snapshot());
  const Result<LiveSession> live = session_of(txn, turn->request);
  if (!live.ok()) return answer_error(turn->respond, live.error());
  const api::Origin origin = origin_of(parts_.env, turn->request);
  const api::Call call(parts_.env, txn, live->caller, origin, Region(std::string(signin_region)), parts_.env.clock.now());
  api::Execution execution;
  const Result<iam::Owner> owner = may_register(call, request_for(*live->caller, user_name), execution);
  if (!owner.ok()) return answer_error(turn->respond, owner.error());
  json::array known;
  for (const iam::FidoDeviceRecord& device : iam::fido_devices_of(txn, owner->id))
    known.push_back(json::object{{"type", "public-key"}, {"id", to_base64url(device.credential_id)}});
  const Registration state{new_challenge(parts_.env.random), live->record.id, user_name, device_name,
                           parts_.env.clock.now().seconds() + registration_seconds};
  const std::string shown = (owner->name.empty() ? "root" : owner->name) + "@" + live->caller->account.value;
  json::array algorithms;
  for (const int one : {auth::cose_es256, auth::cose_eddsa, auth::cose_rs256})
    algorithms.push_back(json::object{{"type", "public-key"}, {"alg", one}});
  answer_json(turn->respond, 200,
              {{"state", state.seal(parts_.env.keyring)},
               {"publicKey",
                json::object{{"challenge", state.challenge},
                             {"rp", json::object{{"id", host_of(turn->request)}, {"name", "haar"}}},
                             {"user", json::object{{"id", to_base64url(owner->id)}, {"name", shown}, {"displayName", shown}}},
                             {"pubKeyCredParams", std::move(algorithms)},
                             {"excludeCredentials", std::move(known)},
                             {"authenticatorSelection",
                              json::object{{"residentKey", "preferred"}, {"userVerification", "preferred"}}},
                             {"attestation", "none"},
                             {"timeout", registration_seconds * 1000}}}});
}

void SignIn::passkey_register(const TurnPtr& turn) {
  json::error_code error;
  const json::value body = json::parse(turn->request.body, error);
  const std::optional<Registration> state = Registration::open(parts_.env.keyring, text_of(body, "state"));
  const auto refused = std::make_shared<std::optional<Error>>();
  const auto serial = std::make_shared<std::string>();
  const auto events = std::make_shared<std::vector<events::WrittenEvent>>();
  const auto attempt = [this, turn, body, state, events](store::Txn& txn) -> Result<std::string> {
    const LiveSession live = TRY(session_of(txn, turn->request));
    const Timestamp now = parts_.env.clock.now();
    if (!state || state->session_id != live.record.id || state->until < now.seconds())
      return Error{"InvalidPasskey", "This registration took too long, or belongs to another session. Begin again.", 400};
    const auto bytes = [&](std::string_view name) { return from_base64url(text_of(body, name)).value_or(""); };
    const auth::WebAuthnRequest asked = asked_of(turn->request, state->challenge);
    const auth::PublicKeyCredential key =
        TRY(auth::read_registration(asked, bytes("clientDataJSON"), bytes("authenticatorData")));
    const api::Origin origin = origin_of(parts_.env, turn->request);
    api::Call call(parts_.env, txn, live.caller, origin, Region(std::string(signin_region)), now);
    iam::EnableMFADeviceRequest in = request_for(*live.caller, state->user_name);
    const api::Row& row = *parts_.env.rows.find(iam::ops::EnableMFADevice::model());
    api::Execution execution;
    const Result<iam::Owner> owner = may_register(call, in, execution);
    Result<std::string> made =
        owner.ok() ? iam::add_fido_device(call, owner->id, owner->name, state->device_name, key, asked.rp_id)
                   : Result<std::string>(owner.error());
    if (made.ok()) in.SerialNumber = *made;
    const wire::Empty nothing{};
    events->push_back(api::make_event(call, row, &in, &nothing, made.ok() ? nullptr : &made.error(), execution));
    return made;
  };
  const auto work = [this, attempt, refused, serial, events](store::Txn& txn) {
    events->clear();
    const Result<std::string> made = attempt(txn);
    *refused = made.ok() ? std::nullopt : std::optional(made.error());
    if (!made.ok()) return store::Keep::discard;
    *serial = *made;
    events::append(txn, *events, parts_.env.clock.now());
    return store::Keep::commit;
  };
  submit(turn, work, [this, turn, refused, serial, events] {
    if (!*refused) return answer_json(turn->respond, 200, {{"serialNumber", *serial}});
    for (const events::WrittenEvent& event : *events) parts_.log.record(event);
    answer_error(turn->respond, **refused);
  });
}

}  // namespace haar::console
