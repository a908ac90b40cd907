// Tags of resources that requests name by ARN: ListTagsForResource, AddTagsToResource and RemoveTagsFromResource are the
// same operations in rds and in elasticache, but for the kinds of resource and the words of the refusals.
#pragma once

#include <fmt/format.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/kit/tagged.h"
#include "api/kit/tagged_records.h"
#include "api/kit/tags.h"

namespace haar::managed {

// A kind of resource, as ARNs name it; it stands with the operations on its resources.
struct TaggedKind {
  std::string_view kind;  // "cluster"
  Error (*not_found)(std::string_view name);
  // Kinds of which haar has no resource have none of these.
  const api::TaggedRecords* records = nullptr;
  // The permission on one resource, with what policies may ask about it; null: with its tags.
  api::Requirement& (*need)(const api::Call& call, const std::string& name, api::Requirements& needs) = nullptr;
};

enum class NameFault : std::uint8_t { malformed, elsewhere, unknown_kind };

// What differs between services.
struct Tagging {
  std::string_view service;  // "rds": in ARNs
  std::span<const TaggedKind* const> kinds;
  const api::TagRules& rules;
  // The refusal of a text that is no ARN of a resource, one of another service, account or region, or of no known kind.
  Error (*bad_name)(NameFault fault, std::string_view text);
  // The refusal of a key to be removed that the resource does not have; null: that is no fault.
  Error (*missing_key)(std::string_view key) = nullptr;
};

Result<api::TagMap> list_tags(const api::Call& call, const Tagging& tagging, std::string_view arn);
// The tags that the resource has then.
Result<api::TagMap> add_tags(api::Call& call, const Tagging& tagging, std::string_view arn, const api::TagMap& added);
Result<api::TagMap> remove_tags(api::Call& call, const Tagging& tagging, std::string_view arn,
                                const std::vector<std::string>& keys);

// The permission on the resource that the text names. A text that names none is told so to whoever may do this anywhere.
api::Requirement& need_named(const api::Call& call, const Tagging& tagging, std::string_view arn, api::Requirements& needs);

// What has tags, for the Resource Groups Tagging API.
void add_tagged(const api::Call& call, const Tagging& tagging, api::TaggedResources& out);

// Limits of tags, and haar's words for the refusals that no page of AWS has. `invalid`: the service's
// InvalidParameterValue; `too_many`: its error for more than a resource can have.
template <Error (*invalid)(std::string message), Error (*too_many)(std::string message)>
Error refuse_tag(api::TagFault fault, const std::string& key, const api::TagRules& rules) {
  if (fault == api::TagFault::too_many)
    return too_many(fmt::format("A resource can have at most {} tags.", rules.per_resource_max));
  if (fault == api::TagFault::long_value)
    return invalid(fmt::format("The value of the tag '{}' is longer than {} characters.", key, rules.value_max));
  return invalid(fmt::format("The tag key '{}' is not valid: 1 to {} characters, not beginning with {}.",
                             std::string_view(key).substr(0, rules.key_max), rules.key_max,
                             fmt::join(rules.reserved_prefixes, " or ")));
}
template <Error (*invalid)(std::string message), Error (*too_many)(std::string message)>
constexpr api::TagRules tag_rules(std::span<const std::string_view> reserved_prefixes) {
  return {.key_max = 128,
          .value_max = 256,
          .per_resource_max = 50,
          .reserved_prefixes = reserved_prefixes,
          .repeated_keys = true,
          .refuse = refuse_tag<invalid, too_many>};
}

}  // namespace haar::managed
