// The tagged resources of the caller's account in the call's region, and the ARNs that requests name.
#pragma once

#include <string_view>
#include <vector>

#include "api/kit/call.h"
#include "api/kit/tagged.h"
#include "base/arn.h"
#include "base/result.h"

namespace haar::tagging {

// Where resources of services without regions are found and tagged.
inline constexpr std::string_view home_of_global = "us-east-1";

// Of all services, sorted by ARN.
std::vector<api::TaggedResource> tagged_resources(const api::Call& call);

// "cluster" of arn:aws:rds:…:cluster:demo, "vpc" of arn:aws:ec2:…:vpc/vpc-1.
std::string_view type_in(const Arn& arn);

// InvalidParameterException unless it is an ARN, of this partition, of the form that its service's ARNs have.
Result<Arn> read_arn(const api::Call& call, std::string_view text);

}  // namespace haar::tagging
