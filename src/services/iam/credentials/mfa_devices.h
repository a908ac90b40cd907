// Virtual multi-factor devices: the codes they show are checked here and nowhere else.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_enable_virtual.html
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/keyring.h"
#include "base/clock.h"
#include "base/names.h"
#include "base/result.h"
#include "services/iam/credentials/mfa_records.h"
#include "store/reader.h"

namespace haar::iam {

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
inline constexpr std::size_t mfa_devices_per_owner_max = 8;

// The key of the device with this serial number (arn:aws:iam::111122223333:mfa/path/name) of this account;
// nullopt: the text is no such ARN.
std::optional<store::Key> mfa_device_key(const AccountId& account, std::string_view serial_number);

// Of the user (by unique id) or the root user (by the account's id): devices in use, of whatever kind.
std::size_t count_mfa_devices(const store::Reader& reader, const std::string& owner_id);
bool has_mfa_device(const store::Reader& reader, const std::string& owner_id);

// Checks the code that a caller gives beside a serial number (sts:AssumeRole, sts:GetSessionToken, sign-in),
// and marks it and all older codes of the device as used: a code is good once. `txn` must be one that writes.
// owner_id: the user's unique id, or the account id for root. AccessDenied (403): the device is not this
// owner's, or the code is wrong, too old or used; then nothing is changed.
Result<void> check_mfa_code(store::Txn& txn, const AccountId& account, const std::string& owner_id,
                            const std::string& serial_number, const std::string& code, Timestamp now,
                            const auth::Keyring& keyring);

// Two codes in a row say where the device's clock stands (ResyncMFADevice, and at sign-in): both are used then. The
// refusals are check_mfa_code's.
Result<void> synchronize_mfa_device(store::Txn& txn, const AccountId& account, const std::string& owner_id,
                                    const std::string& serial_number, const std::string& code1, const std::string& code2,
                                    Timestamp now, const auth::Keyring& keyring);

// The serial numbers of the owner's virtual devices, in the order of their names.
std::vector<std::string> virtual_devices_of(const store::Reader& reader, const Partition& partition, const AccountId& account,
                                            const std::string& owner_id);
// Whether the device of this serial number, of whatever kind, is the owner's now.
bool owns_mfa_device(const store::Reader& reader, const AccountId& account, const std::string& owner_id,
                     const std::string& serial_number);

}  // namespace haar::iam
