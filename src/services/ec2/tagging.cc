#include "services/ec2/tagging.h"

#include "api/kit/tags.h"
#include "model/ec2/service.h"

namespace haar::ec2 {
namespace {

Error refuse_tag(api::TagFault fault, const std::string& key, const api::TagRules& rules) {
  using enum api::TagFault;
  const auto longer = [](std::string_view what, std::size_t most) {
    return errors::InvalidParameterValue("Tag " + std::string(what) + " exceeds the maximum length of " +
                                         std::to_string(most) + " characters");
  };
  switch (fault) {
    case no_key: return errors::InvalidParameterValue("Tag key cannot be empty");
    case reserved_key:
      return errors::InvalidParameterValue("Tag keys starting with 'aws:' are reserved for internal use");
    case long_key: return longer("key", rules.key_max);
    case long_value: return longer("value", rules.value_max);
    case repeated_key: return errors::InvalidParameterValue("Duplicate tag key '" + key + "' specified.");
    case too_many: break;
  }
  return errors::TagLimitExceeded("The maximum number of Tags for a resource has been reached.");
}

constexpr std::string_view reserved_prefixes[] = {"aws:"};
constexpr api::TagRules tag_rules{.key_max = tag_key_max,
                                  .value_max = tag_value_max,
                                  .per_resource_max = tags_per_resource_max,
                                  .reserved_prefixes = reserved_prefixes,
                                  .reserved_in_any_case = true,
                                  .refuse = refuse_tag};

}  // namespace

Result<Tags> check_tags(const std::vector<Tag>& list) { return api::read_tags(tag_rules, std::optional(list)); }

Result<Tags> tags_to_create(const TagSpecifications& specifications, const ResourceKind& kind) {
  if (!specifications) return Tags{};
  std::vector<Tag> list;
  for (const TagSpecification& specification : *specifications) {
    if (!specification.ResourceType) {
      return errors::InvalidParameterValue("Tag specification resource type must have a value");
    }
    if (*specification.ResourceType != kind.type) {
      return errors::InvalidParameterValue("'" + *specification.ResourceType +
                                           "' is not a valid taggable resource type for this operation.");
    }
    if (!specification.Tags || specification.Tags->empty()) {
      return errors::InvalidParameterValue("Tag specification must have at least one tag");
    }
    list.insert(list.end(), specification.Tags->begin(), specification.Tags->end());
  }
  return check_tags(list);
}

Result<void> merge_tags(Tags& tags, const Tags& added) { return api::merge_tags(tag_rules, tags, added); }

std::vector<Tag> to_wire(const Tags& tags) { return api::tag_views<Tag>(tags); }

std::optional<std::vector<Tag>> to_wire_if_any(const Tags& tags) {
  if (tags.empty()) return std::nullopt;
  return to_wire(tags);
}

Tags requested_tags(const TagSpecifications& specifications) {
  Tags tags;
  if (!specifications) return tags;
  for (const TagSpecification& specification : *specifications) {
    for (auto& [key, value] : api::tag_map(specification.Tags)) tags.insert_or_assign(key, std::move(value));
  }
  return tags;
}

void need_create_tags(const api::Call& call, api::Requirements& needs, const ResourceKind& kind,
                      std::string_view create_action, const TagSpecifications& specifications) {
  const Tags tags = requested_tags(specifications);
  if (tags.empty()) return;
  api::Requirement& need = need_new(call, needs, kind, "ec2:CreateTags");
  need.request_tags = tags;
  need.key("ec2:CreateAction", std::string(create_action));
}

}  // namespace haar::ec2
