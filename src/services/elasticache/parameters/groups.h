// Cache parameter groups: finding them, the default ones, who may.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/kit/call.h"
#include "api/kit/requirements.h"
#include "services/elasticache/parameters/families.h"
#include "services/elasticache/records.h"

namespace haar::elasticache {

// "default.redis7", "default.redis7.cluster.on": nothing is stored of them.
bool is_default_group(std::string_view name);
// One of the account's own, or a default one; nullopt: there is none of this name.
std::optional<ParameterGroupRecord> find_parameter_group(const store::Reader& reader, const store::Key& beside,
                                                         const std::string& name);
// The values that its customer, or AWS in a default one, has set.
ParameterValues values_of_group(const store::Reader& reader, const store::Key& beside, const std::string& name);

// The permission on one group, with its tags as conditions.
api::Requirement& need_parameter_group(const api::Call& call, const std::string& name, api::Requirements& needs);

// The group that a cluster of this family's version is to have: the one that is asked for, which there must be and of the
// family, or the family's default. Errors: CacheParameterGroupNotFound (404), InvalidParameterCombination.
Result<std::string> choose_parameter_group(const api::Call& call, std::string_view family,
                                           const std::optional<std::string>& asked);

// Has the fleet look at whoever runs with the group.
void touch_users(api::Call& call, const std::string& group);

}  // namespace haar::elasticache
