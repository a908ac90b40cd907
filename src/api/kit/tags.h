// Tags, as requests carry them, records keep them and answers show them. A service says its limits and the words of its
// refusals; how tags are checked, merged, listed and asked about is the same for all.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/kit/paging.h"
#include "api/kit/requirements.h"
#include "base/result.h"

namespace haar::api {

enum class TagFault : std::uint8_t { no_key, reserved_key, long_key, long_value, repeated_key, too_many };

// What differs between services.
struct TagRules {
  // In characters; 0: the model bounds it.
  std::size_t key_max = 0, value_max = 0;
  std::size_t per_resource_max = 0;
  // What keys may not begin with, in lower case.
  std::span<const std::string_view> reserved_prefixes{};
  bool reserved_in_any_case = false;  // "AWS:" is reserved as well
  bool ignore_case = false;           // "Team" and "team" are one key
  bool repeated_keys = false;         // are no fault: the last one wins
  // The refusal; `key` is the tag's at fault.
  Error (*refuse)(TagFault fault, const std::string& key, const TagRules& rules) = nullptr;
};

struct TagPair {
  std::string key, value;
};

// Every fault of a list of tags but too many: those that a resource has already count as well.
Result<void> check_tags(const TagRules& rules, std::span<const TagPair> tags);
Result<void> check_tag_count(const TagRules& rules, std::size_t count);
bool same_tag_key(const TagRules& rules, std::string_view a, std::string_view b);

namespace tags_detail {
inline const std::string& text(const std::string& given) { return given; }
inline std::string text(const std::optional<std::string>& given) { return given.value_or(""); }
}  // namespace tags_detail

// The tags of a request or of a record: shapes have Key and Value, with or without optional, records key and value.
template <class T>
TagPair tag_pair(const T& tag) {
  if constexpr (requires { tag.Key; }) return {tags_detail::text(tag.Key), tags_detail::text(tag.Value)};
  else return {tag.key, tag.value};
}
template <class T>
std::vector<TagPair> tag_pairs(const std::vector<T>& tags) {
  std::vector<TagPair> out;
  for (const T& tag : tags) out.push_back(tag_pair(tag));
  return out;
}

// For resolvers, which never fail: whatever tags the request names, the last of a repeated key.
template <class T>
TagMap tag_map(const std::vector<T>& tags) {
  TagMap out;
  for (const T& tag : tags) {
    TagPair pair = tag_pair(tag);
    out.insert_or_assign(std::move(pair.key), std::move(pair.value));
  }
  return out;
}
template <class T>
TagMap tag_map(const std::optional<std::vector<T>>& tags) {
  return tags ? tag_map(*tags) : TagMap();
}

// ---- tags that a record keeps as a map, whose keys are compared exactly ------------------------------------

// The tags of a new resource.
template <class T>
Result<TagMap> read_tags(const TagRules& rules, const std::optional<std::vector<T>>& tags) {
  if (!tags) return TagMap();
  TRY(check_tags(rules, tag_pairs(*tags)));
  TagMap out = tag_map(*tags);
  TRY(check_tag_count(rules, out.size()));
  return out;
}
// Adds or replaces.
Result<void> merge_tags(const TagRules& rules, TagMap& have, const TagMap& added);

// ---- tags that a record keeps as a list, in the order in which they came -----------------------------------

template <class Record>
Result<void> merge_tags(const TagRules& rules, std::vector<Record>& have, std::span<const TagPair> added) {
  TRY(check_tags(rules, added));
  for (const TagPair& tag : added) {
    const auto at = std::ranges::find_if(have, [&](const Record& known) { return same_tag_key(rules, known.key, tag.key); });
    if (at == have.end()) have.push_back({tag.key, tag.value});
    else *at = {tag.key, tag.value};
  }
  return check_tag_count(rules, have.size());
}
template <class Record>
void remove_tags(const TagRules& rules, std::vector<Record>& have, const std::vector<std::string>& keys) {
  std::erase_if(have, [&](const Record& tag) {
    return std::ranges::any_of(keys, [&](const std::string& key) { return same_tag_key(rules, tag.key, key); });
  });
}

// ---- answers -----------------------------------------------------------------------------------------------

template <class WireTag>
std::vector<WireTag> tag_views(const TagMap& tags) {
  std::vector<WireTag> out;
  for (const auto& [key, value] : tags) {
    WireTag& tag = out.emplace_back();
    tag.Key = key;
    tag.Value = value;
  }
  return out;
}
template <class WireTag, class Record>
std::vector<WireTag> tag_views(const std::vector<Record>& tags) {
  std::vector<WireTag> out;
  for (const Record& record : tags) {
    WireTag& tag = out.emplace_back();
    tag.Key = record.key;
    tag.Value = record.value;
  }
  return out;
}

// The page of List…Tags, sorted by key.
template <class WireTag, class Record>
std::vector<WireTag> page_of_tags(Page& page, std::vector<Record> tags) {
  std::ranges::sort(tags, {}, &Record::key);
  std::vector<Record> shown;
  for (Record& tag : tags) {
    if (page.before(tag.key)) continue;
    if (!page.take(tag.key)) break;
    shown.push_back(std::move(tag));
  }
  return tag_views<WireTag>(shown);
}

}  // namespace haar::api
