#include "main/run/environment.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace haar::main {
namespace {

// Every other way to credentials that the clients know.
// https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
constexpr std::string_view taken_out[] = {
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "HAAR_OPERATOR_SOCKET",
};

std::string_view name_of(std::string_view entry) { return entry.substr(0, entry.find('=')); }

}  // namespace

std::vector<std::string> instance_environment(const std::vector<std::string>& own, const InstanceSurroundings& at) {
  std::vector<std::string> out;
  for (const std::string& entry : own) {
    if (std::ranges::find(taken_out, name_of(entry)) == std::end(taken_out)) out.push_back(entry);
  }
  out.emplace_back("AWS_CONFIG_FILE=/dev/null");
  out.emplace_back("AWS_SHARED_CREDENTIALS_FILE=/dev/null");
  const std::pair<std::string_view, std::string> usual[] = {
      {"AWS_ENDPOINT_URL", at.endpoint},
      {"AWS_REGION", at.region},
      {"AWS_DEFAULT_REGION", at.region},
      {"AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://169.254.169.254"},
  };
  for (const auto& [name, value] : usual) {
    const bool present = std::ranges::any_of(own, [&](const std::string& entry) { return name_of(entry) == name; });
    if (!present) out.push_back(std::string(name) + "=" + value);
  }
  return out;
}

}  // namespace haar::main
