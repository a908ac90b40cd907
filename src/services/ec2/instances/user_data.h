// User data: what an instance is given at its launch, served to it by its metadata service.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-add-user-data.html
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace haar::ec2 {

inline constexpr std::size_t user_data_bytes_max = 16384;  // before base64

Result<void> check_user_data(std::string_view bytes);
// From base64, as requests carry it.
Result<std::string> read_user_data(std::string_view text);

}  // namespace haar::ec2
