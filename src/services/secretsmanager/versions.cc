#include "services/secretsmanager/versions.h"

#include <algorithm>
#include <set>
#include <vector>

#include <fmt/format.h>

#include "base/ids.h"
#include "services/secretsmanager/labels.h"
#include "services/secretsmanager/quotas.h"

namespace haar::secretsmanager {
namespace {

using api::Call;

// A value opens only as that version of that very secret: one made later under the name has another suffix.
std::string binding(const store::Key& version, const SecretRecord& record) { return version.bytes() + record.suffix; }

struct Aged {
  Timestamp created_at;
  store::Key key;
};

}  // namespace

store::Key version_key(const Call& call, const Place& place, std::string_view id) {
  return store::key_of(place.account, call.region().value, place.name, id);
}

const VersionRecord* find_version(const Call& call, const Place& place, std::string_view id) {
  return call.txn.get(versions, version_key(call, place, id));
}

Result<Value> open_version(const Call& call, const Place& place, const VersionRecord& version) {
  const store::Key key = version_key(call, place, version.id);
  return Value{TRY(call.env.keyring.open(version.sealed, binding(key, *place.record))), version.binary};
}

std::optional<Value> current_value(const Viewpoint& from, const auth::Keyring& keyring, std::string_view id) {
  const Place place = find_secret(from, id);
  if (place.record == nullptr || place.account != from.account || place.record->deleted_at != Timestamp{}) return std::nullopt;
  const store::Key key = store::key_of(place.account, from.region.value, place.name, labelled(place.record->labels, current));
  const VersionRecord* version = from.reader.get(versions, key);
  if (version == nullptr) return std::nullopt;
  Result<std::string> text = keyring.open(version->sealed, binding(key, *place.record));
  return text.ok() ? std::optional(Value{std::move(text).value(), version->binary}) : std::nullopt;
}

Result<void> add_version(Call& call, const Place& place, const SecretRecord& record, const std::string& id,
                         const Value& value) {
  std::set<std::string> kept;
  for (const auto& [label, version] : record.labels) kept.insert(version);
  std::vector<Aged> outdated;
  std::size_t count = 0;
  for (const auto& [key, version] : call.txn.scan(versions, versions_of(place.account, call.region(), place.name))) {
    ++count;
    const bool old = version.created_at.plus_seconds(version_kept_seconds) <= call.now();
    if (old && !kept.contains(version.id)) outdated.push_back({version.created_at, key});
  }
  std::ranges::sort(outdated, {}, &Aged::created_at);
  for (const Aged& version : outdated) {
    if (count < versions_per_secret_max) break;
    call.txn.erase(versions, version.key);
    --count;
  }
  // AWS's text was not found.
  if (count >= versions_per_secret_max) {
    return errors::LimitExceededException(
        fmt::format("The secret has {} versions, and none of them is outdated for a day.", count));
  }
  const store::Key key = version_key(call, place, id);
  std::string sealed = call.env.keyring.seal(value.bytes, binding(key, record));
  call.txn.put(versions, key, VersionRecord{id, std::move(sealed), value.binary, call.now()});
  return {};
}

void erase_versions(Call& call, const Place& place) {
  for (const auto& [key, version] : call.txn.scan(versions, versions_of(place.account, call.region(), place.name)))
    call.txn.erase(versions, key);
}

Result<bool> is_new_version(const Call& call, const Place& place, const std::string& id, const Value& value) {
  const VersionRecord* version = find_version(call, place, id);
  if (version == nullptr) return true;
  if (TRY(open_version(call, place, *version)) == value) return false;
  return errors::ResourceExistsException(fmt::format(
      "You can't use ClientRequestToken {} because that value is already in use for a version of secret {}.", id, place.arn));
}

// AWS's text was not found.
Error two_values() {
  return errors::InvalidParameterException(
      "You can't specify both a binary secret value and a string secret value in the same secret.");
}

Result<void> check_size(const Value& value) {
  if (value.bytes.size() <= value_bytes_max) return {};
  return errors::InvalidParameterException(fmt::format("The secret value is longer than {} bytes.", value_bytes_max));
}

std::string new_version_id(const Call& call, const std::optional<std::string>& token) {
  return token ? *token : uuid4(call.random());
}

}  // namespace haar::secretsmanager
