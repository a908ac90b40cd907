// Tags of rds: their rules, and the kinds of resource that have them.
#pragma once

#include <optional>
#include <vector>

#include "model/rds/ListTagsForResource.h"
#include "model/rds/service.h"
#include "services/managed/tags.h"
#include "services/rds/records.h"

namespace haar::rds {

inline constexpr std::string_view reserved_tag_prefixes[] = {"aws:", "rds:"};
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_Tagging.html
inline constexpr api::TagRules tag_rules =
    managed::tag_rules<errors::InvalidParameterValue, errors::InvalidParameterValue>(reserved_tag_prefixes);

inline Result<Tags> read_tags(const std::optional<std::vector<Tag>>& tags) { return api::read_tags(tag_rules, tags); }
inline std::vector<Tag> to_tags(const Tags& tags) { return api::tag_views<Tag>(tags); }

// Each stands with its Describe operation.
extern const managed::TaggedKind cluster_tags, instance_tags, subnet_group_tags;

}  // namespace haar::rds
