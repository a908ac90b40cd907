#include "policy/validation/report.h"

namespace haar::policy::validation {

std::string learn_more(const Check& check) {
  std::string out = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html"
                    "#access-analyzer-reference-policy-checks-";
  switch (check.type) {
    case FindingType::error: out += "error-"; break;
    case FindingType::warning: out += "general-warning-"; break;
    case FindingType::security_warning: out += "security-warning-"; break;
    case FindingType::suggestion: out += "suggestion-"; break;
  }
  for (const char c : check.code) out += c == '_' ? '-' : static_cast<char>(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
  return out;
}

Where Where::member(std::string_view name) const {
  for (std::size_t i = 0; i < node->names.size(); ++i) {
    if (node->names[i] == name) return value(i);
  }
  return {};
}

Where Where::value(std::size_t i) const {
  Where out{&node->items[i], path};
  out.path.push_back({PathElement::Kind::value, node->names[i], 0});
  return out;
}

Where Where::item(std::size_t i) const {
  Where out{&node->items[i], path};
  out.path.push_back({PathElement::Kind::index, {}, i});
  return out;
}

std::vector<Where> Where::each() const {
  if (node->type != json::Type::array) return {*this};
  std::vector<Where> out;
  for (std::size_t i = 0; i < node->items.size(); ++i) out.push_back(item(i));
  return out;
}

// The name is the string before the colon before the value.
Finding::Place Report::key_place(const Where& object, std::size_t i) const {
  Path path = object.path;
  path.push_back({PathElement::Kind::key, object.node->names[i], 0});
  const std::size_t colon = text_.rfind(':', object.node->items[i].begin);
  const std::size_t end = text_.rfind('"', colon) + 1;
  std::size_t begin = end - 1;
  // Back to the quote that no backslash takes its meaning from.
  do begin = text_.rfind('"', begin - 1);
  while (begin != std::string_view::npos && begin > 0 && text_[begin - 1] == '\\');
  return {std::move(path), begin, end};
}

}  // namespace haar::policy::validation
