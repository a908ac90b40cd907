#include "data/instance_types.h"

#include <algorithm>

namespace haar::data {
namespace {

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

}  // namespace

std::string_view InstanceTypeText::view() const { return detail::instance_type_texts[index]; }
std::vector<std::string_view> InstanceTypeText::words() const { return split(view()); }

// Looked for as it stands, between blanks: this is asked of every type at once.
bool InstanceType::offered_in(std::string_view zone_id) const {
  const std::string_view all = detail::instance_type_zones[zones];
  for (std::size_t at = all.find(zone_id); at != std::string_view::npos; at = all.find(zone_id, at + 1)) {
    const std::size_t end = at + zone_id.size();
    if ((at == 0 || all[at - 1] == ' ') && (end == all.size() || all[end] == ' ')) return true;
  }
  return false;
}

std::span<const InstanceType> instance_types() { return {detail::instance_type_table, detail::instance_type_count}; }

const InstanceType* find_instance_type(std::string_view name) {
  const auto all = instance_types();
  const auto at = std::ranges::lower_bound(all, name, {}, &InstanceType::name);
  return at != all.end() && at->name == name ? &*at : nullptr;
}

}  // namespace haar::data
