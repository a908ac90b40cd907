// Tags as requests carry them, and as answers show them.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/ec2/CreateSecurityGroup.h"
#include "services/ec2/resources.h"

namespace haar::ec2 {

inline constexpr std::size_t tags_per_resource_max = 50;
inline constexpr std::size_t tag_key_max = 128;
inline constexpr std::size_t tag_value_max = 256;

using TagSpecifications = std::optional<std::vector<TagSpecification>>;

// For the resource that an operation makes: only specifications of its kind are allowed.
Result<Tags> tags_to_create(const TagSpecifications& specifications, const ResourceKind& kind);
// Lengths, reserved and repeated keys. A tag without a value has an empty one.
Result<Tags> check_tags(const std::vector<Tag>& list);
// Adds or replaces; TagLimitExceeded when there would be too many.
Result<void> merge_tags(Tags& tags, const Tags& added);

std::vector<Tag> to_wire(const Tags& tags);
// Absent when there are none: what most Describe answers do.
std::optional<std::vector<Tag>> to_wire_if_any(const Tags& tags);

// For resolvers, which never fail: whatever tags the specifications name.
Tags requested_tags(const TagSpecifications& specifications);
// ec2:CreateTags on what the operation makes, which is needed when it makes it with tags.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html
void need_create_tags(const api::Call& call, api::Requirements& needs, const ResourceKind& kind,
                      std::string_view create_action, const TagSpecifications& specifications);

}  // namespace haar::ec2
