// Filters of Describe operations: several filters are ANDed, the values of one are ORed. A service says which filters a
// listing has and how it refuses others; how filters are read and what they match is the same for all.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace haar::api {

using Values = std::vector<std::string>;

// One filter of a request. Without a name or values it is refused.
struct Filter {
  std::string name;
  Values values;
};

// * and ? are wildcards, which a backslash makes literal.
bool matches_wildcards(std::string_view pattern, std::string_view value);

// What differs between services: whether values have wildcards, how many there may be, and the words of the refusals.
struct FilterRules {
  bool wildcards = false;
  bool tags = false;  // `tag:<key>` and `tag-key` are filters of every listing whose items have tags
  std::size_t values_max = 0;  // of all filters of a call; 0: unbounded
  Error (*no_name)() = nullptr;  // null: the model requires one
  Error (*no_values)(std::string_view name) = nullptr;
  Error (*too_many)() = nullptr;
  Error (*unknown)(std::string_view name) = nullptr;
};

// One filter that a listing of Ts understands: its name, what it compares with, and how the values that a request gives
// are read (null: as they are).
template <class T>
struct FilterField {
  std::string_view name;
  void (*values)(const T& item, Values& out);
  std::string (*read)(std::string_view given) = nullptr;
};

inline void add_value(Values& out, const std::string& value) { out.push_back(value); }
void add_value(Values& out, const std::optional<std::string>& value);
void add_value(Values& out, const std::optional<bool>& value);
void add_value(Values& out, const std::optional<std::int32_t>& value);

// The filters of a request, whose shapes spell Name and Values with or without optional.
template <class WireFilter>
std::vector<Filter> filters_in(const std::optional<std::vector<WireFilter>>& wire) {
  std::vector<Filter> out;
  if (!wire) return out;
  for (const WireFilter& filter : *wire) {
    Filter& read = out.emplace_back();
    if constexpr (requires { filter.Name.has_value(); }) read.name = filter.Name.value_or("");
    else read.name = filter.Name;
    if constexpr (requires { filter.Values.has_value(); }) read.values = filter.Values.value_or(Values());
    else read.values = filter.Values;
  }
  return out;
}

// Refuses filters without a name or values, and too many of them.
Result<void> check_filters(const FilterRules& rules, std::span<const Filter> filters);
// A text that differs when the filters do: part of the name of a listing.
std::string filter_text(std::span<const Filter> filters);

namespace filters_detail {

bool is_tag_filter(std::string_view name);
bool any_matches(const Filter& filter, const Values& values, bool wildcards);

template <class T>
inline constexpr bool has_tags = requires(const T& item) { item.Tags; } || requires(const T& item) { item.TagSet; };

// Adds what a filter of tags compares with: the keys, or the values of the key that it names.
template <class WireTag>
void tag_values(const std::optional<std::vector<WireTag>>& tags, std::string_view filter, Values& out) {
  if (!tags) return;
  for (const WireTag& tag : *tags) {
    if (filter == "tag-key") add_value(out, tag.Key);
    else if (tag.Key == filter.substr(std::string_view("tag:").size())) out.push_back(tag.Value.value_or(""));
  }
}
// Answers have the tags of an item as Tags or as TagSet.
template <class T>
void tag_values_of(const T& item, std::string_view filter, Values& out) {
  if constexpr (requires { item.Tags; }) tag_values(item.Tags, filter, out);
  else if constexpr (requires { item.TagSet; }) tag_values(item.TagSet, filter, out);
}

}  // namespace filters_detail

// The filters of one call to a listing of Ts, read and found to be filters of that listing.
template <class T>
class FilterSet {
 public:
  static Result<FilterSet> read(const FilterRules& rules, std::vector<Filter> filters,
                                std::span<const FilterField<T>> fields) {
    TRY(check_filters(rules, filters));
    FilterSet set;
    set.wildcards_ = rules.wildcards;
    for (Filter& filter : filters) {
      const FilterField<T>* field = nullptr;
      if (!(rules.tags && filters_detail::has_tags<T> && filters_detail::is_tag_filter(filter.name))) {
        for (const FilterField<T>& candidate : fields) {
          if (candidate.name == filter.name) field = &candidate;
        }
        if (field == nullptr) return rules.unknown(filter.name);
        if (field->read != nullptr) {
          for (std::string& value : filter.values) value = field->read(value);
        }
      }
      set.entries_.push_back({std::move(filter), field});
    }
    return set;
  }

  [[nodiscard]] bool empty() const { return entries_.empty(); }
  [[nodiscard]] bool match(const T& item) const {
    for (const Entry& entry : entries_) {
      Values values;
      if (entry.field != nullptr) entry.field->values(item, values);
      else filters_detail::tag_values_of(item, entry.filter.name, values);
      if (!filters_detail::any_matches(entry.filter, values, wildcards_)) return false;
    }
    return true;
  }

 private:
  struct Entry {
    Filter filter;
    const FilterField<T>* field;  // null: one of tags
  };
  std::vector<Entry> entries_;
  bool wildcards_ = false;
};

}  // namespace haar::api
