// Tags of trails.
#pragma once

#include "api/kit/call.h"
#include "api/kit/tagged.h"
#include "api/kit/tags.h"

namespace haar::cloudtrail {

extern const api::TagRules tag_rules;

void add_tagged(const api::Call& call, api::TaggedResources& out);

}  // namespace haar::cloudtrail
