#include "base/base64url.h"

#include <algorithm>

#include "base/encoding.h"

namespace haar {

std::string to_base64url(std::string_view bytes) {
  std::string text = to_base64(bytes);
  std::erase(text, '=');
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  return text;
}

std::optional<std::string> from_base64url(std::string_view text) {
  if (text.find_first_of("+/=") != std::string_view::npos) return {};
  std::string standard(text);
  std::replace(standard.begin(), standard.end(), '-', '+');
  std::replace(standard.begin(), standard.end(), '_', '/');
  standard.append((4 - standard.size() % 4) % 4, '=');
  std::optional<std::string> bytes = from_base64(standard);
  // One text for each value: otherwise a signature could be written in several ways.
  if (!bytes || to_base64url(*bytes) != text) return {};
  return bytes;
}

}  // namespace haar
