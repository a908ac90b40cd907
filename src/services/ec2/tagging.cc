#include "services/ec2/tagging.h"

#include "base/encoding.h"
#include "model/ec2/service.h"

namespace haar::ec2 {
namespace {

// Characters, not bytes: AWS counts Unicode characters in UTF-8.
std::size_t count_characters(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  return count;
}

Result<void> check_tag(const std::string& key, const std::string& value) {
  if (to_lower(key).starts_with("aws:")) {
    return errors::InvalidParameterValue("Tag keys starting with 'aws:' are reserved for internal use");
  }
  if (count_characters(key) > tag_key_max) {
    return errors::InvalidParameterValue("Tag key exceeds the maximum length of " + std::to_string(tag_key_max) +
                                         " characters");
  }
  if (count_characters(value) > tag_value_max) {
    return errors::InvalidParameterValue("Tag value exceeds the maximum length of " + std::to_string(tag_value_max) +
                                         " characters");
  }
  return {};
}

}  // namespace

Result<Tags> check_tags(const std::vector<Tag>& list) {
  Tags tags;
  for (const Tag& tag : list) {
    if (!tag.Key || tag.Key->empty()) return errors::InvalidParameterValue("Tag key cannot be empty");
    const std::string value = tag.Value.value_or("");
    TRY(check_tag(*tag.Key, value));
    if (!tags.emplace(*tag.Key, value).second) {
      return errors::InvalidParameterValue("Duplicate tag key '" + *tag.Key + "' specified.");
    }
  }
  if (tags.size() > tags_per_resource_max) {
    return errors::TagLimitExceeded("The maximum number of Tags for a resource has been reached.");
  }
  return tags;
}

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

Result<void> merge_tags(Tags& tags, const Tags& added) {
  for (const auto& [key, value] : added) tags[key] = value;
  if (tags.size() > tags_per_resource_max) {
    return errors::TagLimitExceeded("The maximum number of Tags for a resource has been reached.");
  }
  return {};
}

std::vector<Tag> to_wire(const Tags& tags) {
  std::vector<Tag> list;
  for (const auto& [key, value] : tags) list.push_back({.Key = key, .Value = value});
  return list;
}

std::optional<std::vector<Tag>> to_wire_if_any(const Tags& tags) {
  if (tags.empty()) return std::nullopt;
  return to_wire(tags);
}

Tags requested_tags(const TagSpecifications& specifications) {
  Tags tags;
  if (!specifications) return tags;
  for (const TagSpecification& specification : *specifications) {
    if (!specification.Tags) continue;
    for (const Tag& tag : *specification.Tags) tags[tag.Key.value_or("")] = tag.Value.value_or("");
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
