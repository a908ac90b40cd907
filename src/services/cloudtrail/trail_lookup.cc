#include "services/cloudtrail/trail_lookup.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/arn.h"
#include "base/ip_address.h"
#include "model/cloudtrail/service.h"

namespace haar::cloudtrail {
namespace {

using api::Call;

constexpr std::string_view resource_type = "trail/";
constexpr std::size_t name_min = 3, name_max = 128;

bool is_alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }
bool is_joint(char c) { return c == '.' || c == '_' || c == '-'; }

Place place_of(const store::Key& key, const TrailRecord& record) {
  return {key.account(), std::string(key.region()), record.name, &record};
}

// A trail of the account that is seen in the Region under its name alone.
Place find_by_name(const Call& call, std::string_view name) {
  Place out{call.account(), call.region().value, std::string(name), nullptr};
  out.record = call.txn.get(trails, trail_key(out));
  if (out.record != nullptr) return out;
  for (const auto& [key, record] : call.txn.scan(trails, store::prefix_of(call.account()))) {
    if (record.multi_region && record.name == name) return place_of(key, record);
  }
  return out;
}

// Whether the caller's account sees it.
bool sees(const Call& call, const Place& place) {
  if (place.account == call.account()) return true;
  const auto membership = membership_of(call);
  return place.record != nullptr && place.record->organization && membership != nullptr &&
         membership->management_account == place.account;
}

}  // namespace

std::shared_ptr<const api::Membership> membership_of(const Call& call) {
  return call.env.organizations == nullptr ? nullptr : call.env.organizations->find(call.txn, call.account());
}

store::Key trail_key(const Place& place) { return store::key_of(place.account, place.region, place.name); }
store::Key state_key(const Place& place, const TrailRecord& trail) {
  return store::key_of(place.account, place.region, trail.id);
}

std::string trail_arn(const Call& call, const Place& place) {
  return make_arn(call.partition(), "cloudtrail", place.region, place.account, std::string(resource_type) + place.name);
}

// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html
// The texts of the first five are AWS's as the tests of moto have them; the others were not found.
Result<void> check_trail_name(std::string_view name) {
  const auto invalid = [](std::string message) { return errors::InvalidTrailNameException(std::move(message)); };
  if (name.size() < name_min)
    return invalid(fmt::format("Trail name too short. Minimum allowed length: {} characters. "
                               "Specified name length: {} characters.", name_min, name.size()));
  if (name.size() > name_max)
    return invalid(fmt::format("Trail name too long. Maximum allowed length: {} characters. "
                               "Specified name length: {} characters.", name_max, name.size()));
  if (!is_alphanumeric(name.front())) return invalid("Trail name must starts with a letter or number.");
  if (!is_alphanumeric(name.back())) return invalid("Trail name must ends with a letter or number.");
  if (!std::ranges::all_of(name, [](char c) { return is_alphanumeric(c) || is_joint(c); }))
    return invalid("Trail name or ARN can only contain uppercase letters, lowercase letters, numbers, periods (.), hyphens (-), "
                   "and underscores (_).");
  for (std::size_t i = 1; i < name.size(); ++i) {
    if (is_joint(name[i - 1]) && is_joint(name[i]))
      return invalid("Trail name cannot have adjacent periods, underscores or hyphens.");
  }
  if (IpAddress::parse(std::string(name))) return invalid("Trail name cannot be in IP address format.");
  return {};
}

Result<void> check_name_or_arn(std::string_view name) {
  if (!name.starts_with("arn:")) return check_trail_name(name);
  const std::optional<Arn> arn = Arn::parse(name);
  if (arn && arn->service == "cloudtrail" && arn->resource.starts_with(resource_type)) return {};
  return errors::CloudTrailARNInvalidException(fmt::format("The ARN {} is not valid.", name));
}

Place find_trail(const Call& call, std::string_view name_or_arn) {
  const std::optional<Arn> arn = name_or_arn.starts_with("arn:") ? Arn::parse(name_or_arn) : std::nullopt;
  if (!arn || arn->service != "cloudtrail" || !arn->resource.starts_with(resource_type)) return find_by_name(call, name_or_arn);
  Place out{AccountId(arn->account), arn->region, arn->resource.substr(resource_type.size()), nullptr};
  out.record = call.txn.get(trails, trail_key(out));
  if (!sees(call, out)) out.record = nullptr;
  return out;
}

Error unknown_trail(const Call& call, const Place& place) {
  return errors::TrailNotFoundException(
      fmt::format("Unknown trail: {} for the user: {}", trail_arn(call, place), call.account().value));
}

Result<Place> require_trail(const Call& call, std::string_view name_or_arn) {
  TRY(check_name_or_arn(name_or_arn));
  Place out = find_trail(call, name_or_arn);
  if (out.record == nullptr) return unknown_trail(call, out);
  return out;
}

// AWS's texts were not found.
Result<Place> require_own_trail(const Call& call, std::string_view name_or_arn) {
  Place out = TRY(require_trail(call, name_or_arn));
  if (out.account != call.account())
    return errors::NotOrganizationMasterAccountException("Only the management account can change an organization's trail.");
  if (out.region == call.region().value) return out;
  return errors::InvalidHomeRegionException(
      fmt::format("Trail {} can be changed only in its home Region {}.", trail_arn(call, out), out.region));
}

std::vector<Place> visible_trails(const Call& call, bool shadows) {
  std::vector<Place> out;
  const auto add = [&](const AccountId& account, bool organizations_only) {
    for (const auto& [key, record] : call.txn.scan(trails, store::prefix_of(account))) {
      const bool here = key.region() == call.region().value;
      if (organizations_only && !record.organization) continue;
      if (here || (shadows && record.multi_region)) out.push_back(place_of(key, record));
    }
  };
  add(call.account(), false);
  const auto membership = membership_of(call);
  if (membership != nullptr && membership->management_account != call.account()) add(membership->management_account, true);
  return out;
}

api::Requirement& need_trail(const Call& call, std::string_view name_or_arn, api::Requirements& needs) {
  const Place place = find_trail(call, name_or_arn);
  api::Requirement& need = needs.need(trail_arn(call, place));
  // Members of an organization may see its trail by what their own policies say.
  need.owner = place.record != nullptr ? call.account() : place.account;
  if (place.record != nullptr) need.resource_tags = place.record->tags;
  return need;
}

}  // namespace haar::cloudtrail
