// The versions of a secret: its values, sealed under the key file.
#pragma once

#include <optional>
#include <string>

#include "api/kit/call.h"
#include "model/secretsmanager/service.h"
#include "services/secretsmanager/lookup.h"
#include "wire/types.h"

namespace haar::secretsmanager {

// A secret value, in clear: it goes to who may read it, and nowhere else.
struct Value {
  std::string bytes;
  bool binary = false;
  bool operator==(const Value&) const = default;
};

store::Key version_key(const api::Call& call, const Place& place, std::string_view id);
// nullptr: the secret has no such version.
const VersionRecord* find_version(const api::Call& call, const Place& place, std::string_view id);
Result<Value> open_version(const api::Call& call, const Place& place, const VersionRecord& version);
// The current value of a secret of the viewer's own; none: there is no such secret, or it has none. Who asks has found that
// the caller may.
std::optional<Value> current_value(const Viewpoint& from, const auth::Keyring& keyring, std::string_view id);

// Stores the value as a new version. `record` is the secret as it will be put, with its new labels: of the versions
// without one the oldest give way where there are too many. LimitExceededException if none may.
Result<void> add_version(api::Call& call, const Place& place, const SecretRecord& record, const std::string& id,
                         const Value& value);
// Erases every version; the secret's record is the caller's.
void erase_versions(api::Call& call, const Place& place);

// "If the version with this value already exists and the contents match, the operation does nothing": false then. A version
// with other contents is ResourceExistsException.
// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
Result<bool> is_new_version(const api::Call& call, const Place& place, const std::string& id, const Value& value);

Error two_values();
Result<void> check_size(const Value& value);

// What a request gives as SecretString or SecretBinary; nullopt: neither.
template <class Input>
Result<std::optional<Value>> value_in(const Input& in) {
  if (in.SecretString && in.SecretBinary) return two_values();
  std::optional<Value> value;
  if (in.SecretString) value = Value{*in.SecretString, false};
  if (in.SecretBinary) value = Value{in.SecretBinary->bytes, true};
  if (value) TRY(check_size(*value));
  return value;
}

// Puts the value into an answer that has SecretString and SecretBinary.
template <class Output>
void show_value(Output& out, Value value) {
  if (value.binary) out.SecretBinary = wire::Blob{std::move(value.bytes)};
  else out.SecretString = std::move(value.bytes);
}

// The id of a new version: the client's token, or one of our own.
std::string new_version_id(const api::Call& call, const std::optional<std::string>& token);

}  // namespace haar::secretsmanager
