// Which trail a request names: by its name in the Region, or by its ARN. A trail of all Regions is seen in each of them, and
// one of an organization in the accounts of its members.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/kit/call.h"
#include "api/kit/organization.h"
#include "api/kit/requirements.h"
#include "services/cloudtrail/records.h"

namespace haar::cloudtrail {

struct Place {
  AccountId account;
  std::string region, name;  // its home
  const TrailRecord* record = nullptr;  // null: there is none
};

store::Key trail_key(const Place& place);
store::Key state_key(const Place& place, const TrailRecord& trail);
std::string trail_arn(const api::Call& call, const Place& place);

// InvalidTrailNameException, CloudTrailARNInvalidException.
Result<void> check_trail_name(std::string_view name);
Result<void> check_name_or_arn(std::string_view name);

// Never fails: what is not there is where it would be.
Place find_trail(const api::Call& call, std::string_view name_or_arn);
// TrailNotFoundException.
Result<Place> require_trail(const api::Call& call, std::string_view name_or_arn);
// The same for who changes it: InvalidHomeRegionException outside its home; of an organization's trail,
// NotOrganizationMasterAccountException for members.
Result<Place> require_own_trail(const api::Call& call, std::string_view name_or_arn);
Error unknown_trail(const api::Call& call, const Place& place);

// The trails that are seen in the call's Region; without `shadows` only those whose home it is.
std::vector<Place> visible_trails(const api::Call& call, bool shadows);

// The permission on the trail, with its tags.
api::Requirement& need_trail(const api::Call& call, std::string_view name_or_arn, api::Requirements& needs);

// The account's place in its organization; null: it is in none.
std::shared_ptr<const api::Membership> membership_of(const api::Call& call);

}  // namespace haar::cloudtrail
