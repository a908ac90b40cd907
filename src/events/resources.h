// The resources that an event names, as CloudTrail lists them: by the members of the request and of the answer that hold
// names of resources.
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_Resource.html
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace haar::events {

struct Resource {
  std::string_view type;  // "AWS::IAM::User"; empty where the event names a resource of an unknown type
  std::string name;
  bool operator==(const Resource&) const = default;
};

inline constexpr std::size_t resources_max = 20;  // of one event; AWS does not say how many

// `source` is the event's ("iam.amazonaws.com"), the others are its parameters and elements as JSON. Each resource once.
std::vector<Resource> resources_of(std::string_view source, std::string_view request, std::string_view response);

}  // namespace haar::events
