#include "main/setup/profile.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <sstream>
#include <string_view>

#include "base/encoding.h"
#include "base/file.h"
#include "main/services.h"

namespace haar::main {
namespace {

constexpr std::string_view name_of_profile = "haar";
// The key of a services section: the service's id in lower case, with _ for blanks.
// https://docs.aws.amazon.com/sdkref/latest/guide/ss-endpoints-config.html
std::string config_key(const wire::Service& service) {
  std::string key = to_lower(service.service_id);
  std::ranges::replace(key, ' ', '_');
  return key;
}

std::string folder(const std::string& data) { return data + "/aws"; }

Result<void> make_private_folder(const std::string& path) {
  TRY(make_folders(path, 0700));
  if (::chmod(path.c_str(), 0700) != 0) return system_error("cannot set the mode of", path);
  return {};
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  return first == text.npos ? std::string_view() : text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

}  // namespace

std::string profile_config_file(const std::string& data) { return folder(data) + "/config"; }
std::string profile_credentials_file(const std::string& data) { return folder(data) + "/credentials"; }

std::string profile_name(const std::string& data) {
  struct stat info {};
  const bool both = ::stat(profile_credentials_file(data).c_str(), &info) == 0 &&
                    ::stat(profile_config_file(data).c_str(), &info) == 0;
  return both ? std::string(name_of_profile) : "";
}

std::string shell_word(const std::string& text) {
  constexpr std::string_view plain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._-+:@%,=";
  if (!text.empty() && text.find_first_not_of(plain) == text.npos) return text;
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::string profile_export_line(const std::string& data) {
  return fmt::format("export AWS_CONFIG_FILE={} AWS_SHARED_CREDENTIALS_FILE={} AWS_PROFILE={}",
                     shell_word(profile_config_file(data)), shell_word(profile_credentials_file(data)),
                     name_of_profile);
}

std::optional<ProfileKey> read_profile_key(const std::string& data) {
  const auto text = read_file(profile_credentials_file(data));
  if (!text.ok()) return std::nullopt;
  std::istringstream lines(*text);
  std::map<std::string, std::string, std::less<>> values;
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    const std::string_view content = trimmed(line);
    if (content.starts_with('[')) {
      inside = content == fmt::format("[{}]", name_of_profile);
    } else if (const auto equals = content.find('='); inside && equals != content.npos) {
      values[std::string(trimmed(content.substr(0, equals)))] = trimmed(content.substr(equals + 1));
    }
  }
  ProfileKey key{values["aws_access_key_id"], values["aws_secret_access_key"]};
  if (key.id.empty() || key.secret.empty()) return std::nullopt;
  return key;
}

Result<bool> write_profile_config(const std::string& data, const std::string& endpoint, const std::string& region) {
  std::string text = fmt::format(
      "# Written by haar. `haar setup` and each start of `haar serve` keep region and endpoint as they are there.\n"
      "[profile {0}]\nregion = {1}\noutput = json\nservices = {0}-services\n\n[services {0}-services]\n",
      name_of_profile, region);
  for (const services::Service* service : all_services().all)
    text += fmt::format("{} =\n  endpoint_url = {}\n", config_key(service->model), endpoint);
  TRY(make_private_folder(folder(data)));
  const auto before = read_file(profile_config_file(data));
  if (before.ok() && *before == text) return false;
  TRY(write_file_durably(profile_config_file(data), text, 0600));
  return true;
}

Result<void> write_profile_key(const std::string& data, const ProfileKey& key) {
  TRY(make_private_folder(folder(data)));
  return write_file_durably(profile_credentials_file(data),
                            fmt::format("# Written by haar setup: the administrator's access key. Keep it to yourself.\n"
                                        "[{}]\naws_access_key_id = {}\naws_secret_access_key = {}\n",
                                        name_of_profile, key.id, key.secret),
                            0600);
}

}  // namespace haar::main
