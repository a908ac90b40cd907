#include "services/secretsmanager/lookup.h"

#include <optional>
#include <utility>

#include "base/arn.h"
#include "model/secretsmanager/service.h"
#include "policy/document.h"
#include "policy/policy_set.h"

namespace haar::secretsmanager {
namespace {

using api::Call;

constexpr std::string_view resource_type = "secret:";
// A hyphen and the six characters.
constexpr std::size_t suffix_length = 7;
// In place of what nobody knows of a secret that is not there: patterns that leave the suffix open match it.
constexpr std::string_view unknown_suffix = "-??????";

std::string arn_of(const Viewpoint& from, const AccountId& account, const SecretRecord& record) {
  std::string resource(resource_type);
  resource.append(record.name).append("-").append(record.suffix);
  return make_arn(from.partition, "secretsmanager", from.region.value, account, resource);
}

const SecretRecord* get(const Viewpoint& from, const AccountId& account, std::string_view name) {
  const SecretRecord* record = from.reader.get(secrets, store::key_of(account, from.region.value, name));
  return record == nullptr || is_over(*record, from.now) ? nullptr : record;
}

Place place_of(const Viewpoint& from, const AccountId& account, const SecretRecord& record) {
  return {account, record.name, arn_of(from, account, record), &record};
}

Place nowhere(const Viewpoint& from, const AccountId& account, std::string_view region, std::string_view name,
              std::string_view suffix) {
  std::string resource(resource_type);
  resource.append(name).append(suffix);
  return {account, std::string(name), make_arn(from.partition, "secretsmanager", region, account, resource), nullptr};
}

Place find_by_arn(const Viewpoint& from, const Arn& arn) {
  const AccountId account(arn.account);
  const std::string_view full = std::string_view(arn.resource).substr(resource_type.size());
  if (arn.partition == from.partition.value && arn.region == from.region.value) {
    if (full.size() > suffix_length && full[full.size() - suffix_length] == '-') {
      const SecretRecord* record = get(from, account, full.substr(0, full.size() - suffix_length));
      if (record != nullptr && full.ends_with(record->suffix)) return place_of(from, account, *record);
    }
    if (const SecretRecord* record = get(from, account, full)) return place_of(from, account, *record);
  }
  return nowhere(from, account, arn.region, full, "");
}

std::shared_ptr<const policy::PolicySet> policy_of(const Place& place) {
  if (place.record == nullptr || place.record->policy.empty()) return nullptr;
  Result<std::shared_ptr<const policy::Document>> document = policy::parse(place.record->policy, policy::Kind::resource);
  // What was parsed when it was stored can be parsed again; if not, it allows nothing.
  if (!document.ok()) return policy::PolicySet::build(std::vector<policy::Attached>{});
  return policy::PolicySet::build({place.arn, policy::SourceType::resource, std::move(document).value()});
}

}  // namespace

Place find_secret(const Viewpoint& from, std::string_view id) {
  if (id.starts_with("arn:")) {
    const std::optional<Arn> arn = Arn::parse(id);
    if (arn && arn->service == "secretsmanager" && arn->resource.starts_with(resource_type)) return find_by_arn(from, *arn);
  }
  if (const SecretRecord* record = get(from, from.account, id)) return place_of(from, from.account, *record);
  return nowhere(from, from.account, from.region.value, id, unknown_suffix);
}

Place find_secret(const Call& call, std::string_view id) {
  return find_secret({call.txn, call.partition(), call.account(), call.region(), call.now()}, id);
}

std::string secret_arn(const Call& call, const AccountId& account, const SecretRecord& record) {
  return arn_of({call.txn, call.partition(), call.account(), call.region(), call.now()}, account, record);
}

store::Key secret_key(const Call& call, const Place& place) {
  return store::key_of(place.account, call.region().value, place.name);
}

Result<Place> require_secret(const Call& call, std::string_view id) {
  Place place = find_secret(call, id);
  if (place.record == nullptr) return errors::ResourceNotFoundException("Secrets Manager can't find the specified secret.");
  return place;
}

Result<Place> require_live(const Call& call, std::string_view id) {
  Place place = TRY(require_secret(call, id));
  if (place.record->deleted_at != Timestamp{}) {
    return errors::InvalidRequestException(
        "You can't perform this operation on the secret because it was marked for deletion.");
  }
  return place;
}

// https://docs.aws.amazon.com/secretsmanager/latest/userguide/service-linked-secrets.html
// AWS's text was not found.
Result<Place> require_own(const Call& call, std::string_view id) {
  Place place = TRY(require_live(call, id));
  const std::string& owner = place.record->owning_service;
  if (owner.empty() || owner == invoking_service(call)) return place;
  return errors::InvalidRequestException("The secret is managed by the service " + owner +
                                         ", and you must use that service to update or delete it.");
}

std::string invoking_service(const Call& call) {
  if (call.origin.called_via.empty()) return {};
  const std::string& principal = call.origin.called_via.back();
  const std::string name = principal.substr(0, principal.find('.'));
  return name == "secretsmanager" ? std::string() : name;
}

api::Requirement& need_place(const Call& call, const Place& place, api::Requirement& need) {
  need.owner = place.account;
  need.resource_policy = policy_of(place);
  if (place.record != nullptr) need.resource_tags = place.record->tags;
  return need.key("secretsmanager:SecretId", place.arn).key("secretsmanager:SecretPrimaryRegion", call.region().value);
}

api::Requirement& need_secret(const Call& call, std::string_view id, api::Requirements& needs) {
  const Place place = find_secret(call, id);
  api::Requirement& need = needs.need(place.arn);
  need.shown = id;
  return need_place(call, place, need);
}

}  // namespace haar::secretsmanager
