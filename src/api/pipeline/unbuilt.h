// Parameters that the model has and haar does not act on are refused, not ignored: a feature that is only
// stored is not a feature.
#pragma once

#include <initializer_list>
#include <string_view>

#include "base/result.h"
#include "wire/schema.h"

namespace haar::api {

// NotImplemented (501), naming the parameter, if `in` has a member outside `built`. An absent member, a false
// boolean and an empty list or text ask for nothing.
Result<void> refuse_unbuilt(const wire::Operation& operation, const void* in,
                            std::initializer_list<std::string_view> built);

}  // namespace haar::api
