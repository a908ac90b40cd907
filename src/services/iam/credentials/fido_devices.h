// Passkeys and security keys as multi-factor devices: registered and used in the console, seen and given up by
// ListMFADevices, GetMFADevice and DeactivateMFADevice.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_enable_fido.html
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/kit/call.h"
#include "auth/webauthn.h"
#include "services/iam/credentials/fido_records.h"
#include "store/reader.h"

namespace haar::iam {

inline constexpr std::size_t fido_name_characters_max = 64;

// arn:aws:iam::111122223333:u2f/user/ana/laptop-ABCDEFGHIJKLMNOP
std::string fido_serial(const Partition& partition, const AccountId& account, const FidoDeviceRecord& device);
// The key of a device by its serial number; nullopt: the text is no such ARN of this account.
std::optional<store::Key> fido_device_key(const AccountId& account, std::string_view serial_number);
// nullptr: the owner has no such device.
const FidoDeviceRecord* find_fido_device(const store::Reader& reader, const AccountId& account, const std::string& owner_id,
                                         std::string_view serial_number);
// Of the owner, that are good at this host.
std::vector<FidoDeviceRecord> fido_devices_of(const store::Reader& reader, const std::string& owner_id);

// Its serial number. LimitExceeded: the owner has eight devices; EntityAlreadyExists: the key is registered already;
// ValidationError: the name. `user_name`: empty for root.
Result<std::string> add_fido_device(api::Call& call, const std::string& owner_id, const std::string& user_name,
                                    const std::string& name, const auth::PublicKeyCredential& credential,
                                    const std::string& rp_id);
// It was used: the count of its signatures.
void note_fido_use(store::Txn& txn, const AccountId& account, FidoDeviceRecord device, std::uint32_t sign_count);

}  // namespace haar::iam
