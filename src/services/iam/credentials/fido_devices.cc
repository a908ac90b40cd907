#include "services/iam/credentials/fido_devices.h"

#include <algorithm>
#include <utility>

#include "base/arn.h"
#include "model/iam/service.h"
#include "services/iam/credentials/mfa_devices.h"
#include "services/iam/principals/entities.h"

namespace haar::iam {
namespace {

// The letters at the end of a serial number, so that names can be used again.
constexpr std::size_t suffix_letters = 26;

bool is_name(std::string_view name) {
  constexpr std::string_view signs = "_+=,.@-";
  return !name.empty() && name.size() <= fido_name_characters_max && std::ranges::all_of(name, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || signs.find(c) != signs.npos;
  });
}

}  // namespace

std::string fido_serial(const Partition& partition, const AccountId& account, const FidoDeviceRecord& device) {
  return make_arn(partition, "iam", "", account, device.resource);
}

std::optional<store::Key> fido_device_key(const AccountId& account, std::string_view serial_number) {
  const std::optional<Arn> arn = Arn::parse(serial_number);
  if (!arn || arn->service != "iam" || arn->account != account.value || !arn->resource.starts_with("u2f/")) return std::nullopt;
  return store::key_of(account, store::global, arn->resource);
}

const FidoDeviceRecord* find_fido_device(const store::Reader& reader, const AccountId& account, const std::string& owner_id,
                                         std::string_view serial_number) {
  const std::optional<store::Key> key = fido_device_key(account, serial_number);
  const FidoDeviceRecord* device = key ? reader.get(fido_devices, *key) : nullptr;
  return device != nullptr && device->owner_id == owner_id ? device : nullptr;
}

std::vector<FidoDeviceRecord> fido_devices_of(const store::Reader& reader, const std::string& owner_id) {
  std::vector<FidoDeviceRecord> out;
  for (const auto& [key, device] : reader.find(fido_devices, fido_device_by_owner, owner_id)) out.push_back(device);
  return out;
}

Result<std::string> add_fido_device(api::Call& call, const std::string& owner_id, const std::string& user_name,
                                    const std::string& name, const auth::PublicKeyCredential& credential,
                                    const std::string& rp_id) {
  if (!is_name(name))
    return errors::ValidationError("A device name has 1 to 64 characters, which can be letters, digits and _+=,.@-");
  if (count_mfa_devices(call.txn, owner_id) >= mfa_devices_per_owner_max)
    return over_quota("MFADevicesPerUser", mfa_devices_per_owner_max);
  if (!call.txn.find(fido_devices, fido_device_by_credential, credential.id).empty())
    return errors::EntityAlreadyExists("MFA Device is already in use.");
  FidoDeviceRecord device;
  // Root's serial numbers are on no page of AWS's.
  device.resource = (user_name.empty() ? std::string("u2f/root/") : "u2f/user/" + user_name + "/") + name + "-" +
                    random_text(call.random(), alphabet_upper_base32, suffix_letters);
  device.name = name;
  device.owner_id = owner_id;
  device.credential_id = credential.id;
  device.public_key = credential.public_key;
  device.algorithm = credential.algorithm;
  device.sign_count = credential.sign_count;
  device.aaguid = credential.aaguid;
  device.rp_id = rp_id;
  device.enabled = call.now();
  std::string serial = fido_serial(call.partition(), call.account(), device);
  const store::Key key = call.global_key(device.resource);
  call.txn.put(fido_devices, key, std::move(device));
  return serial;
}

void note_fido_use(store::Txn& txn, const AccountId& account, FidoDeviceRecord device, std::uint32_t sign_count) {
  device.sign_count = sign_count;
  const store::Key key = store::key_of(account, store::global, device.resource);
  txn.put(fido_devices, key, std::move(device));
}

}  // namespace haar::iam
