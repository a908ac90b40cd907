// Virtual multi-factor devices. https://docs.aws.amazon.com/IAM/latest/APIReference/API_VirtualMFADevice.html
#include "services/iam/credentials/mfa_devices.h"

#include <algorithm>

#include "auth/totp.h"
#include "base/encoding.h"
#include "model/iam/CreateVirtualMFADevice.h"
#include "model/iam/DeactivateMFADevice.h"
#include "model/iam/DeleteVirtualMFADevice.h"
#include "model/iam/EnableMFADevice.h"
#include "model/iam/GetMFADevice.h"
#include "model/iam/ListMFADeviceTags.h"
#include "model/iam/ListMFADevices.h"
#include "model/iam/ListVirtualMFADevices.h"
#include "model/iam/ResyncMFADevice.h"
#include "model/iam/TagMFADevice.h"
#include "model/iam/UntagMFADevice.h"
#include "model/iam/service.h"
#include "services/iam/credentials/fido_devices.h"
#include "services/iam/credentials/qr_code.h"
#include "services/iam/operations.h"
#include "services/iam/listing.h"
#include "services/iam/principals/owner.h"
#include "services/iam/principals/tag_pages.h"

namespace haar::iam {
namespace {

constexpr std::size_t seed_characters = 64;       // Base32: 320 bits
constexpr std::size_t serial_characters_max = 256;
// How far a code may lie from where the device's clock is expected (RFC 6238, 5.2), and how far two codes in
// a row are looked for when a device is enabled or synchronized: an hour each way.
constexpr std::int64_t window_steps = 1, wide_window_steps = 120;

Error no_such_device(const std::string& serial_number) {
  return errors::NoSuchEntity("VirtualMFADevice with serial number " + serial_number + " does not exist.");
}

std::string serial_of(const Call& call, const MfaDeviceRecord& device) {
  return entity_arn(call.partition(), call.account(), "mfa", device.path, device.name);
}

store::Key key_of_device(const AccountId& account, const MfaDeviceRecord& device) {
  return store::key_of(account, store::global, device.path + device.name);
}

Result<const MfaDeviceRecord*> need_device(const Call& call, const std::string& serial_number) {
  const std::optional<store::Key> key = mfa_device_key(call.account(), serial_number);
  const MfaDeviceRecord* device = key ? call.txn.get(mfa_devices, *key) : nullptr;
  if (device == nullptr || serial_of(call, *device) != serial_number) return no_such_device(serial_number);
  return device;
}

// The device, if it is this owner's.
Result<const MfaDeviceRecord*> owned_device(const Call& call, const Owner& owner, const std::string& serial_number) {
  const Result<const MfaDeviceRecord*> device = need_device(call, serial_number);
  if (!device.ok() || (*device)->owner_id != owner.id) return errors::NoSuchEntity("MFA Device invalid for user.");
  return device;
}

Result<std::string> open_seed(const AccountId& account, const MfaDeviceRecord& device, const auth::Keyring& keyring) {
  const std::string seed = TRY(keyring.open(device.sealed_seed, key_of_device(account, device).bytes()));
  const std::optional<std::string> secret = auth::totp_secret(seed);
  if (!secret) return Error{"InternalFailure", "A stored MFA seed is not readable.", 500, Fault::receiver};
  return *secret;
}

void note_step(MfaDeviceRecord& device, std::int64_t step, Timestamp now) {
  device.last_step = std::max(device.last_step, step);
  device.drift = step - auth::totp_step(now);
}

// Two codes in a row, wherever in the wide window: they say where the device's clock stands. Codes that were
// used once, or are older than one that was, do not count.
Result<void> synchronize(const AccountId& account, MfaDeviceRecord& device, const std::string& code1, const std::string& code2,
                         Timestamp at, const auth::Keyring& keyring) {
  const std::string secret = TRY(open_seed(account, device, keyring));
  const std::int64_t now = auth::totp_step(at);
  const std::int64_t first = std::max(now - wide_window_steps, device.last_step);
  const auto found = auth::find_totp_step(secret, first, now + wide_window_steps, code1, code2);
  if (!found) return errors::InvalidAuthenticationCode("Authentication code for device is not valid.");
  note_step(device, *found + 1, at);
  return {};
}
Result<void> synchronize(const Call& call, MfaDeviceRecord& device, const std::string& code1, const std::string& code2) {
  return synchronize(call.account(), device, code1, code2, call.now(), call.env.keyring);
}

// EnableMFADevice and ResyncMFADevice of the root user, who has no name. SDKs insist on UserName: root may
// give the account's id, if no user is called so. (What AWS takes there is not documented.)
std::optional<std::string> name_of_owner(const Call& call, const std::optional<std::string>& user_name) {
  const bool is_root = call.caller().type == api::CallerType::root;
  if (is_root && user_name == call.account().value && find_entity<Users>(call, *user_name) == nullptr) return std::nullopt;
  return user_name;
}

template <class Input>
Result<Owner> required_owner(const Call& call, const Input& in) {
  const std::optional<std::string> name = name_of_owner(call, in.UserName);
  if (!name && call.caller().type != api::CallerType::root)
    return errors::ValidationError("1 validation error detected: Value at 'userName' failed to satisfy constraint: "
                                   "Member must not be null");
  return credential_owner(call, name);
}

template <class Input>
void needs_user(const Call& call, const Input& in, Requirements& needs) {
  need_on_user_or_caller(call, name_of_owner(call, in.UserName), needs);
}

// ---- making and deleting ------------------------------------------------------------------------

struct NewSeed {
  std::string base32, png;
};

// otpauth://totp/NAME@ACCOUNT?secret=SEED, ACCOUNT being the account's alias or else its id.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_VirtualMFADevice.html
Result<NewSeed> make_seed(const api::Preparation& at, const CreateVirtualMFADeviceRequest& in) {
  NewSeed seed;
  seed.base32 = random_text(at.env.random, alphabet_upper_base32, seed_characters);
  std::string account = at.caller.account.value;
  const AccountRecord* record = at.state.get(accounts, account_key(at.caller.account));
  if (record != nullptr && !record->alias.empty()) account = record->alias;
  seed.png = qr_code_png("otpauth://totp/" + percent_encode(in.VirtualMFADeviceName) + "@" + account +
                         "?secret=" + seed.base32);
  return seed;
}

Result<CreateVirtualMFADeviceResponse> create_virtual_mfa_device(Call& call, const CreateVirtualMFADeviceRequest& in,
                                                                 const NewSeed& seed) {
  MfaDeviceRecord device;
  device.path = in.Path.value_or("/");
  device.name = in.VirtualMFADeviceName;
  device.created = call.now();
  const std::string serial_number = serial_of(call, device);
  if (serial_number.size() > serial_characters_max)
    return errors::InvalidInput("The serial number " + serial_number + " has more than " +
                                std::to_string(serial_characters_max) + " characters.");
  const store::Key key = key_of_device(call.account(), device);
  if (call.txn.get(mfa_devices, key) != nullptr)
    return errors::EntityAlreadyExists("MFADevice entity at the same path and name already exists.");
  // "Equal to the user quota for the account", assigned or not.
  if (call.txn.count(mfa_devices, store::prefix_of(call.account(), store::global)) >= users_max)
    return over_quota("MFADevicesPerAccount", users_max);
  if (in.Tags) TRY(add_tags(device.tags, *in.Tags, TagCase::sensitive));
  device.sealed_seed = call.env.keyring.seal(seed.base32, key.bytes());
  CreateVirtualMFADeviceResponse out;
  out.VirtualMFADevice.SerialNumber = serial_number;
  out.VirtualMFADevice.Base32StringSeed = wire::Blob{seed.base32};
  out.VirtualMFADevice.QRCodePNG = wire::Blob{seed.png};
  out.VirtualMFADevice.Tags = tag_view_if_any(device.tags);
  call.txn.put(mfa_devices, key, std::move(device));
  return out;
}

Result<wire::Empty> delete_virtual_mfa_device(Call& call, const DeleteVirtualMFADeviceRequest& in) {
  const MfaDeviceRecord& device = *TRY(need_device(call, in.SerialNumber));
  if (!device.owner_id.empty()) return errors::DeleteConflict("MFA VirtualDevice in use. Must deactivate first.");
  call.txn.erase(mfa_devices, key_of_device(call.account(), device));
  return wire::Empty{};
}

// ---- assigning ----------------------------------------------------------------------------------

Result<wire::Empty> enable_mfa_device(Call& call, const EnableMFADeviceRequest& in) {
  const Owner owner = TRY(required_owner(call, in));
  MfaDeviceRecord device = *TRY(need_device(call, in.SerialNumber));
  if (!device.owner_id.empty()) return errors::EntityAlreadyExists("MFA Device is already in use.");
  if (count_mfa_devices(call.txn, owner.id) >= mfa_devices_per_owner_max)
    return over_quota("MFADevicesPerUser", mfa_devices_per_owner_max);
  TRY(synchronize(call, device, in.AuthenticationCode1, in.AuthenticationCode2));
  device.owner_id = owner.id;
  device.enabled = call.now();
  const store::Key key = key_of_device(call.account(), device);
  call.txn.put(mfa_devices, key, std::move(device));
  return wire::Empty{};
}

Result<wire::Empty> resync_mfa_device(Call& call, const ResyncMFADeviceRequest& in) {
  const Owner owner = TRY(required_owner(call, in));
  MfaDeviceRecord device = *TRY(owned_device(call, owner, in.SerialNumber));
  TRY(synchronize(call, device, in.AuthenticationCode1, in.AuthenticationCode2));
  const store::Key key = key_of_device(call.account(), device);
  call.txn.put(mfa_devices, key, std::move(device));
  return wire::Empty{};
}

// A passkey is nothing without its owner: it is gone.
Result<wire::Empty> deactivate_mfa_device(Call& call, const DeactivateMFADeviceRequest& in) {
  const Owner owner = TRY(credential_owner(call, in.UserName));
  if (find_fido_device(call.txn, call.account(), owner.id, in.SerialNumber) != nullptr) {
    call.txn.erase(fido_devices, *fido_device_key(call.account(), in.SerialNumber));
    return wire::Empty{};
  }
  MfaDeviceRecord device = *TRY(owned_device(call, owner, in.SerialNumber));
  device.owner_id.clear();
  device.enabled = {};
  const store::Key key = key_of_device(call.account(), device);
  call.txn.put(mfa_devices, key, std::move(device));
  return wire::Empty{};
}

// ---- looking ------------------------------------------------------------------------------------

struct ListedDevice {
  std::string serial;
  Timestamp enabled{};
};

// Virtual devices and passkeys: eight at most, in the order of their serial numbers.
Result<ListMFADevicesResponse> list_mfa_devices(Call& call, const ListMFADevicesRequest& in) {
  const Owner owner = TRY(credential_owner(call, in.UserName));
  std::vector<ListedDevice> all;
  for (const auto& [key, device] : call.txn.find(mfa_devices, mfa_device_by_owner, owner.id))
    all.push_back({serial_of(call, device), device.enabled});
  for (const FidoDeviceRecord& device : fido_devices_of(call.txn, owner.id))
    all.push_back({fido_serial(call.partition(), call.account(), device), device.enabled});
  std::ranges::sort(all, {}, &ListedDevice::serial);
  Page page = TRY(Page::open(call, "ListMFADevices " + owner.id, in));
  ListMFADevicesResponse out;
  for (const ListedDevice& device : all) {
    if (page.before(device.serial)) continue;
    if (!page.take(device.serial)) break;
    MFADevice& view = out.MFADevices.emplace_back();
    view.UserName = owner.name;
    view.SerialNumber = device.serial;
    view.EnableDate = device.enabled;
  }
  page.close(out);
  return out;
}

// Without tags, as the page of the operation says.
Result<ListVirtualMFADevicesResponse> list_virtual_mfa_devices(Call& call, const ListVirtualMFADevicesRequest& in) {
  const std::string wanted = in.AssignmentStatus.value_or("Any");
  Page page = TRY(Page::open(call, "ListVirtualMFADevices " + wanted, in));
  ListVirtualMFADevicesResponse out;
  for (const auto& [key, device] : call.txn.scan(mfa_devices, store::prefix_of(call.account(), store::global),
                                                 store::Key::from_bytes(page.after()))) {
    const bool assigned = !device.owner_id.empty();
    if ((wanted == "Assigned" && !assigned) || (wanted == "Unassigned" && assigned)) continue;
    if (!page.take(key.bytes())) break;
    VirtualMFADevice& view = out.VirtualMFADevices.emplace_back();
    view.SerialNumber = serial_of(call, device);
    if (!assigned) continue;
    view.User = owner_view(call, device.owner_id);
    view.EnableDate = device.enabled;
  }
  page.close(out);
  return out;
}

// "For this API, we only accept FIDO security key ARNs". (AWS's text for a virtual device is not documented.) Which
// certifications a make of key has is said by the FIDO Alliance's metadata, which haar does not have: none are shown.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetMFADevice.html
Result<GetMFADeviceResponse> get_mfa_device(Call& call, const GetMFADeviceRequest& in) {
  const Owner owner = TRY(credential_owner(call, in.UserName));
  const FidoDeviceRecord* device = find_fido_device(call.txn, call.account(), owner.id, in.SerialNumber);
  if (device == nullptr) return errors::NoSuchEntity("MFA Device invalid for user.");
  GetMFADeviceResponse out;
  if (!owner.name.empty()) out.UserName = owner.name;
  out.SerialNumber = fido_serial(call.partition(), call.account(), *device);
  out.EnableDate = device->enabled;
  return out;
}

// ---- tags ---------------------------------------------------------------------------------------

Result<wire::Empty> tag_mfa_device(Call& call, const TagMFADeviceRequest& in) {
  MfaDeviceRecord device = *TRY(need_device(call, in.SerialNumber));
  TRY(add_tags(device.tags, in.Tags, TagCase::sensitive));
  const store::Key key = key_of_device(call.account(), device);
  call.txn.put(mfa_devices, key, std::move(device));
  return wire::Empty{};
}

Result<wire::Empty> untag_mfa_device(Call& call, const UntagMFADeviceRequest& in) {
  MfaDeviceRecord device = *TRY(need_device(call, in.SerialNumber));
  remove_tags(device.tags, in.TagKeys, TagCase::sensitive);
  const store::Key key = key_of_device(call.account(), device);
  call.txn.put(mfa_devices, key, std::move(device));
  return wire::Empty{};
}

Result<ListMFADeviceTagsResponse> list_mfa_device_tags(Call& call, const ListMFADeviceTagsRequest& in) {
  const MfaDeviceRecord& device = *TRY(need_device(call, in.SerialNumber));
  Page page = TRY(Page::open(call, "ListMFADeviceTags " + in.SerialNumber, in));
  ListMFADeviceTagsResponse out;
  show_tags(page, device.tags, out);
  return out;
}

// ---- what they need -----------------------------------------------------------------------------

// The device by its serial number, which is its ARN, with its tags.
struct DeviceResource {
  template <class Input>
  void operator()(const Call& call, const Input& in, Requirements& needs) const {
    const bool is_arn = mfa_device_key(call.account(), in.SerialNumber).has_value();
    Requirement& need = needs.need(is_arn ? in.SerialNumber
                                          : entity_arn(call.partition(), call.account(), "mfa", "/", in.SerialNumber));
    need.shown = in.SerialNumber;
    const Result<const MfaDeviceRecord*> device = need_device(call, in.SerialNumber);
    if (device.ok()) need.resource_tags = tag_map((*device)->tags);
    if constexpr (requires { in.Tags; }) need.request_tags = tag_map(in.Tags);
    if constexpr (requires { in.TagKeys; }) need.tag_keys = in.TagKeys;
  }
};
constexpr DeviceResource device_resource;

void needs_create_virtual_mfa_device(const Call& call, const CreateVirtualMFADeviceRequest& in, Requirements& needs) {
  const std::string arn =
      entity_arn(call.partition(), call.account(), "mfa", in.Path.value_or("/"), in.VirtualMFADeviceName);
  needs.need(arn).request_tags = tag_map(in.Tags);
  need_tags_at_creation("iam:TagMFADevice", arn, tag_map(in.Tags), needs);
}

// Of sign-in and sts: the owner's device, or why not.
Result<const MfaDeviceRecord*> device_in_use(const store::Reader& reader, const AccountId& account, const std::string& owner_id,
                                             const std::string& serial_number) {
  const std::optional<store::Key> key = mfa_device_key(account, serial_number);
  const MfaDeviceRecord* stored = key ? reader.get(mfa_devices, *key) : nullptr;
  if (stored == nullptr || stored->owner_id != owner_id)
    return errors::AccessDenied("MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA "
                                "serial number is valid and associated with this user.");
  return stored;
}

void put_device(store::Txn& txn, const AccountId& account, MfaDeviceRecord device) {
  const store::Key key = key_of_device(account, device);
  txn.put(mfa_devices, key, std::move(device));
}

}  // namespace

std::optional<store::Key> mfa_device_key(const AccountId& account, std::string_view serial_number) {
  const std::string middle = ":iam::" + account.value + ":mfa/";
  const std::size_t at = serial_number.find(middle);
  if (!serial_number.starts_with("arn:") || at == std::string_view::npos) return std::nullopt;
  if (serial_number.find(':', 4) != at) return std::nullopt;
  return store::key_of(account, store::global, serial_number.substr(at + middle.size() - 1));
}

std::size_t count_mfa_devices(const store::Reader& reader, const std::string& owner_id) {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& found : reader.find(mfa_devices, mfa_device_by_owner, owner_id)) ++count;
  for ([[maybe_unused]] const auto& found : reader.find(fido_devices, fido_device_by_owner, owner_id)) ++count;
  return count;
}

bool has_mfa_device(const store::Reader& reader, const std::string& owner_id) {
  return count_mfa_devices(reader, owner_id) != 0;
}

Result<void> check_mfa_code(store::Txn& txn, const AccountId& account, const std::string& owner_id,
                            const std::string& serial_number, const std::string& code, Timestamp now,
                            const auth::Keyring& keyring) {
  MfaDeviceRecord device = *TRY(device_in_use(txn, account, owner_id, serial_number));
  const std::string secret = TRY(open_seed(account, device, keyring));
  const std::int64_t expected = auth::totp_step(now) + device.drift;
  const auto step = auth::find_totp_step(secret, std::max(expected - window_steps, device.last_step + 1),
                                         expected + window_steps, code);
  if (!step) return errors::AccessDenied("MultiFactorAuthentication failed with invalid MFA one time pass code. ");
  note_step(device, *step, now);
  put_device(txn, account, std::move(device));
  return {};
}

Result<void> synchronize_mfa_device(store::Txn& txn, const AccountId& account, const std::string& owner_id,
                                    const std::string& serial_number, const std::string& code1, const std::string& code2,
                                    Timestamp now, const auth::Keyring& keyring) {
  MfaDeviceRecord device = *TRY(device_in_use(txn, account, owner_id, serial_number));
  TRY(synchronize(account, device, code1, code2, now, keyring));
  put_device(txn, account, std::move(device));
  return {};
}

std::vector<std::string> virtual_devices_of(const store::Reader& reader, const Partition& partition, const AccountId& account,
                                            const std::string& owner_id) {
  std::vector<std::string> serials;
  for (const auto& [key, device] : reader.find(mfa_devices, mfa_device_by_owner, owner_id)) {
    if (key.account() == account) serials.push_back(entity_arn(partition, account, "mfa", device.path, device.name));
  }
  return serials;
}

bool owns_mfa_device(const store::Reader& reader, const AccountId& account, const std::string& owner_id,
                     const std::string& serial_number) {
  return device_in_use(reader, account, owner_id, serial_number).ok() ||
         find_fido_device(reader, account, owner_id, serial_number) != nullptr;
}

const api::Operations mfa_devices_operations = {
    api::op<ops::CreateVirtualMFADevice>(create_virtual_mfa_device, api::on(needs_create_virtual_mfa_device),
        api::prepare(make_seed), api::takes("Path VirtualMFADeviceName Tags")),
    api::op<ops::DeleteVirtualMFADevice>(delete_virtual_mfa_device, api::on(device_resource),
        api::takes("SerialNumber")),
    api::op<ops::EnableMFADevice>(enable_mfa_device, api::on(needs_user<EnableMFADeviceRequest>),
        api::takes("UserName SerialNumber AuthenticationCode1 AuthenticationCode2")),
    api::op<ops::ResyncMFADevice>(resync_mfa_device, api::on(needs_user<ResyncMFADeviceRequest>),
        api::takes("UserName SerialNumber AuthenticationCode1 AuthenticationCode2")),
    api::op<ops::DeactivateMFADevice>(deactivate_mfa_device, api::on(owner_resource),
        api::takes("UserName SerialNumber")),
    api::op<ops::ListMFADevices>(list_mfa_devices, api::on(owner_resource), api::read_only,
        api::takes("UserName Marker MaxItems")),
    api::op<ops::ListVirtualMFADevices>(list_virtual_mfa_devices, api::any_resource, api::read_only,
        api::takes("AssignmentStatus Marker MaxItems")),
    api::op<ops::GetMFADevice>(get_mfa_device, api::on(owner_resource), api::read_only,
        api::takes("SerialNumber UserName")),
    api::op<ops::TagMFADevice>(tag_mfa_device, api::on(device_resource), api::takes("SerialNumber Tags")),
    api::op<ops::UntagMFADevice>(untag_mfa_device, api::on(device_resource), api::takes("SerialNumber TagKeys")),
    api::op<ops::ListMFADeviceTags>(list_mfa_device_tags, api::on(device_resource), api::read_only,
        api::takes("SerialNumber Marker MaxItems")),
};

}  // namespace haar::iam
