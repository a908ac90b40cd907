#include "main/profile.h"

#include <sys/stat.h>

namespace haar::main {

std::string profile_config_file(const std::string& data) { return data + "/aws/config"; }
std::string profile_credentials_file(const std::string& data) { return data + "/aws/credentials"; }

std::string profile_name(const std::string& data) {
  struct stat info {};
  return ::stat(profile_credentials_file(data).c_str(), &info) == 0 ? "haar" : "";
}

}  // namespace haar::main
