// Instance types, for operations that name one.
#pragma once

#include <string>
#include <string_view>

#include "api/kit/call.h"
#include "data/instance_types.h"

namespace haar::ec2 {

// InvalidParameterValue for one that the region does not have.
Result<const data::InstanceType*> require_instance_type(const api::Call& call, const std::string& name);
// Unsupported, in AWS's words, with the zones that have the type.
Error not_offered(const api::Call& call, const data::InstanceType& type, std::string_view zone);

// InvalidParameterValue, in AWS's words: type and image do not fit together.
Error other_architecture(const data::InstanceType& type, std::string_view of_image);
// "standard" or "unlimited"; empty: the type is not burstable.
std::string default_credits(const data::InstanceType& type);

}  // namespace haar::ec2
