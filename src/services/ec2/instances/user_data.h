// User data: what an instance is given at its launch, served to it by its metadata service.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-add-user-data.html
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "auth/keyring.h"
#include "base/result.h"
#include "services/ec2/instances/records.h"
#include "store/key.h"

namespace haar::ec2 {

inline constexpr std::size_t user_data_bytes_max = 16384;  // before base64

Result<void> check_user_data(std::string_view bytes);
// From base64, as requests carry it.
Result<std::string> read_user_data(std::string_view text);

// People put passwords there, and the model calls it a secret: it is kept under the key file, bound to the instance's key.
// Nothing stays nothing.
std::string seal_user_data(const auth::Keyring& keyring, const store::Key& instance, std::string_view bytes);
Result<std::string> open_user_data(const auth::Keyring& keyring, const store::Key& instance, const InstanceRecord& record);

}  // namespace haar::ec2
