#include "api/kit/tags.h"

#include "base/encoding.h"

namespace haar::api {
namespace {

// Characters, not bytes: AWS counts Unicode characters in UTF-8.
std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

bool too_long(std::string_view text, std::size_t most) { return most != 0 && count_characters(text) > most; }

bool is_reserved(const TagRules& rules, const std::string& key) {
  const std::string read = rules.reserved_in_any_case ? to_lower(key) : key;
  return std::ranges::any_of(rules.reserved_prefixes, [&](std::string_view prefix) { return read.starts_with(prefix); });
}

}  // namespace

bool same_tag_key(const TagRules& rules, std::string_view a, std::string_view b) {
  return rules.ignore_case ? to_lower(a) == to_lower(b) : a == b;
}

Result<void> check_tags(const TagRules& rules, std::span<const TagPair> tags) {
  for (std::size_t i = 0; i < tags.size(); ++i) {
    const auto& [key, value] = tags[i];
    if (rules.key_max != 0 && key.empty()) return rules.refuse(TagFault::no_key, key, rules);
    if (is_reserved(rules, key)) return rules.refuse(TagFault::reserved_key, key, rules);
    if (too_long(key, rules.key_max)) return rules.refuse(TagFault::long_key, key, rules);
    if (too_long(value, rules.value_max)) return rules.refuse(TagFault::long_value, key, rules);
    const auto same = [&](const TagPair& other) { return same_tag_key(rules, other.key, key); };
    if (!rules.repeated_keys && std::ranges::any_of(tags.first(i), same))
      return rules.refuse(TagFault::repeated_key, key, rules);
  }
  return {};
}

Result<void> check_tag_count(const TagRules& rules, std::size_t count) {
  if (count > rules.per_resource_max) return rules.refuse(TagFault::too_many, "", rules);
  return {};
}

Result<void> merge_tags(const TagRules& rules, TagMap& have, const TagMap& added) {
  for (const auto& [key, value] : added) have[key] = value;
  return check_tag_count(rules, have.size());
}

}  // namespace haar::api
