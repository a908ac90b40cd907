#include "services/secretsmanager/filters.h"

#include <algorithm>

#include "base/encoding.h"
#include "model/secretsmanager/service.h"

namespace haar::secretsmanager {
namespace {

using Texts = std::vector<std::string>;

Texts words_of(std::string_view text) {
  Texts words;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    if (end > at) words.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

// What a filter compares with. The texts of those that ignore case are in lower case.
struct Field {
  std::string_view key;
  bool ignores_case;
  void (*texts)(const SecretRecord& record, std::string_view region, Texts& out);
};

void add_lower(Texts& out, std::string_view text) { out.push_back(to_lower(text)); }

constexpr Field fields[] = {
    {"description", true,
     [](const SecretRecord& record, std::string_view, Texts& out) {
       add_lower(out, record.description);
       for (const std::string& word : words_of(record.description)) add_lower(out, word);
     }},
    {"name", false, [](const SecretRecord& record, std::string_view, Texts& out) { out.push_back(record.name); }},
    {"tag-key", false,
     [](const SecretRecord& record, std::string_view, Texts& out) {
       for (const auto& [key, value] : record.tags) out.push_back(key);
     }},
    {"tag-value", false,
     [](const SecretRecord& record, std::string_view, Texts& out) {
       for (const auto& [key, value] : record.tags) out.push_back(value);
     }},
    {"primary-region", false,
     [](const SecretRecord&, std::string_view region, Texts& out) { out.emplace_back(region); }},
    {"owning-service", false,
     [](const SecretRecord& record, std::string_view, Texts& out) {
       if (!record.owning_service.empty()) out.push_back(record.owning_service);
     }},
};

const Field* field_of(std::string_view key) {
  const auto at = std::ranges::find(fields, key, &Field::key);
  return at == std::end(fields) ? nullptr : &*at;
}

bool begins_any(const Texts& texts, std::string_view wanted) {
  return std::ranges::any_of(texts, [&](const std::string& text) { return text.starts_with(wanted); });
}

// "Breaks the filter value string into words and then searches all attributes for matches. Not case-sensitive."
bool matches_all(const SecretRecord& record, std::string_view region, std::string_view value) {
  Texts texts;
  for (const Field& field : fields) field.texts(record, region, texts);
  for (std::string& text : texts) text = to_lower(text);
  const Texts words = words_of(to_lower(value));
  return std::ranges::any_of(words, [&](const std::string& word) {
    return std::ranges::any_of(texts, [&](const std::string& text) { return text.find(word) != std::string::npos; });
  });
}

bool matches_value(const SecretRecord& record, std::string_view region, std::string_view key, std::string_view value) {
  if (key == "all") return matches_all(record, region, value);
  const Field* field = field_of(key);
  if (field == nullptr) return false;
  Texts texts;
  field->texts(record, region, texts);
  return begins_any(texts, field->ignores_case ? to_lower(value) : std::string(value));
}

bool matches_filter(const Filter& filter, const SecretRecord& record, std::string_view region) {
  const std::string key = filter.Key.value_or("");
  bool wanted = false, has_wanted = false;
  for (const std::string& value : filter.Values.value_or(Texts())) {
    if (value.starts_with('!')) {
      if (matches_value(record, region, key, std::string_view(value).substr(1))) return false;
      continue;
    }
    has_wanted = true;
    wanted = wanted || matches_value(record, region, key, value);
  }
  return wanted || !has_wanted;
}

}  // namespace

// The texts were not found.
Result<void> check_filters(const std::optional<Filters>& filters) {
  if (!filters) return {};
  for (const Filter& filter : *filters) {
    if (!filter.Key) return errors::InvalidParameterException("A filter has no Key.");
    if (!filter.Values || filter.Values->empty()) return errors::InvalidParameterException("A filter has no Values.");
  }
  return {};
}

bool matches(const Filters& filters, const SecretRecord& record, std::string_view region) {
  return std::ranges::all_of(filters, [&](const Filter& filter) { return matches_filter(filter, record, region); });
}

std::string filters_text(const Filters& filters) {
  std::string out;
  for (const Filter& filter : filters) {
    out.append(filter.Key.value_or("")).push_back('=');
    for (const std::string& value : filter.Values.value_or(Texts())) out.append(value).push_back('\n');
  }
  return out;
}

}  // namespace haar::secretsmanager
