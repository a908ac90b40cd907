// The AWS profile that a set-up writes into the data folder. The user's own AWS files are not touched.
// It has the `services` form, which every client reads alike:
// https://docs.aws.amazon.com/sdkref/latest/guide/ss-endpoints-config.html
#pragma once

#include <optional>
#include <string>

#include "base/result.h"

namespace haar::main {

struct ProfileKey {
  std::string id, secret;
};

// <data>/aws/config and <data>/aws/credentials.
std::string profile_config_file(const std::string& data);
std::string profile_credentials_file(const std::string& data);
// "haar" if a set-up has written the profile, else empty.
std::string profile_name(const std::string& data);
// "export AWS_CONFIG_FILE=… AWS_SHARED_CREDENTIALS_FILE=… AWS_PROFILE=haar", quoted for a shell.
std::string profile_export_line(const std::string& data);
// A word as a shell takes it: in single quotes where it needs any.
std::string shell_word(const std::string& text);

// The key in the credentials file; nothing if there is no file, or no such profile in it.
std::optional<ProfileKey> read_profile_key(const std::string& data);

// The folder is 0700, the files 0600; each is replaced whole, durably. False if the file said just this.
Result<bool> write_profile_config(const std::string& data, const std::string& endpoint, const std::string& region);
Result<void> write_profile_key(const std::string& data, const ProfileKey& key);

}  // namespace haar::main
