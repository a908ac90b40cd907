// awsQuery and ec2Query parameters <-> structures. Internal to src/wire; see codec.h.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "wire/params.h"
#include "wire/validate.h"

namespace haar::wire {

// Fills `input` from the parameters; required members that did not come are added to `missing`.
Result<void> decode_params(const Service& service, const Shape& shape, const Params& params, void* input,
                           std::vector<Missing>& missing);

// "&Name=value…" for every member that is present.
void encode_params(std::string& out, const Service& service, const Shape& shape, const void* input);

}  // namespace haar::wire
