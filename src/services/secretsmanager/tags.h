#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/kit/tags.h"
#include "model/secretsmanager/TagResource.h"

namespace haar::secretsmanager {

extern const api::TagRules tag_rules;

// The tags of a request by a user. A service that makes a secret of its own sets tags of AWS's as well.
Result<api::TagMap> new_tags(const api::Call& call, const std::optional<std::vector<Tag>>& tags);

}  // namespace haar::secretsmanager
