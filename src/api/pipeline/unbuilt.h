// Parameters that the model has and haar does not act on are refused, not ignored: a feature that is only
// stored is not a feature.
#pragma once

#include <string_view>
#include <vector>

#include "api/kit/row.h"
#include "base/result.h"
#include "wire/schema.h"

namespace haar::api {

// The names in Row::takes.
std::vector<std::string_view> taken_members(const Row& row);
// The members of the operation's input that the row neither takes nor says to be without effect.
std::vector<const wire::Member*> members_to_refuse(const Row& row);

// NotImplemented (501), naming the parameter, if `in` asks for something that the row refuses. An absent member, a
// false boolean and an empty list or text ask for nothing.
Result<void> refuse_unbuilt(const Row& row, const void* in);

}  // namespace haar::api
