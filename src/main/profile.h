// The AWS profile that a set-up writes into the data folder. The user's own AWS files are not touched.
#pragma once

#include <string>

namespace haar::main {

// <data>/aws/config and <data>/aws/credentials.
std::string profile_config_file(const std::string& data);
std::string profile_credentials_file(const std::string& data);
// "haar" if a set-up has written the profile, else empty.
std::string profile_name(const std::string& data);

}  // namespace haar::main
