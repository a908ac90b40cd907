// Tags of elasticache: their rules, and the kinds of resource that have them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/elasticache/ListTagsForResource.h"
#include "model/elasticache/service.h"
#include "services/elasticache/records.h"
#include "services/managed/tags.h"

namespace haar::elasticache {

inline constexpr std::string_view reserved_tag_prefixes[] = {"aws:"};
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Tagging-Resources.html
inline constexpr api::TagRules tag_rules =
    managed::tag_rules<errors::InvalidParameterValue, errors::TagQuotaPerResourceExceeded>(reserved_tag_prefixes);

inline Result<Tags> read_tags(const std::optional<std::vector<Tag>>& tags) { return api::read_tags(tag_rules, tags); }
inline std::vector<Tag> to_tags(const Tags& tags) { return api::tag_views<Tag>(tags); }

// What operations on tags say of a resource that is not there, by the fault of its kind.
template <Error (*fault)(std::string message)>
Error not_present(std::string_view name) {
  constexpr std::size_t echoed_max = 255;
  return fault(std::string(name.substr(0, echoed_max)) + " is either not present or not available.");
}

// Each stands with its Describe operation.
extern const managed::TaggedKind cluster_tags, group_tags, subnet_group_tags, parameter_group_tags, snapshot_tags, user_tags,
    user_group_tags;

}  // namespace haar::elasticache
