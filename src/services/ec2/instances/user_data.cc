#include "services/ec2/instances/user_data.h"

#include <optional>

#include "base/encoding.h"
#include "model/ec2/service.h"

namespace haar::ec2 {

Result<void> check_user_data(std::string_view bytes) {
  if (bytes.size() <= user_data_bytes_max) return {};
  return errors::InvalidParameterValue("User data is limited to 16384 bytes");
}

Result<std::string> read_user_data(std::string_view text) {
  std::optional<std::string> bytes = from_base64(text);
  if (!bytes) return errors::InvalidParameterValue("Invalid BASE64 encoding of user data");
  TRY(check_user_data(*bytes));
  return *std::move(bytes);
}

std::string seal_user_data(const auth::Keyring& keyring, const store::Key& instance, std::string_view bytes) {
  return bytes.empty() ? std::string() : keyring.seal(bytes, instance.bytes());
}

Result<std::string> open_user_data(const auth::Keyring& keyring, const store::Key& instance, const InstanceRecord& record) {
  if (record.sealed_user_data.empty()) return std::string();
  return keyring.open(record.sealed_user_data, instance.bytes());
}

}  // namespace haar::ec2
