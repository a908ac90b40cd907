#include "console/page/html.h"

#include <algorithm>
#include <array>

namespace haar::console {
namespace {

// Elements without an end (HTML, 13.1.2).
constexpr std::array<std::string_view, 6> void_elements{"br", "hr", "img", "input", "link", "meta"};
constexpr std::array<std::string_view, 4> address_attributes{"href", "action", "src", "formaction"};

// Not javascript:, data: and whatever else a browser might run.
bool leads_somewhere_safe(std::string_view address) {
  if (address.starts_with('/') || address.starts_with('#') || address.starts_with('?')) return true;
  return address.starts_with("http://") || address.starts_with("https://") || address.starts_with("data:image/png;base64,");
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      case '\0': out += "\xEF\xBF\xBD"; break;
      default: out += c;
    }
  }
  return out;
}

Html::Html(std::string_view text) : markup_(escape_html(text)) {}

Html Builder::element(MarkupName name, Attributes attributes, const Html& children) {
  Html out;
  out.markup_.append("<").append(name.text());
  for (const Attribute& one : attributes) {
    if (!one.present) continue;
    const bool address = std::ranges::find(address_attributes, one.name.text()) != address_attributes.end();
    const bool safe = !address || leads_somewhere_safe(one.value);
    out.markup_.append(" ").append(one.name.text()).append("=\"").append(safe ? escape_html(one.value) : "#").append("\"");
  }
  out.markup_ += '>';
  if (std::ranges::find(void_elements, name.text()) != void_elements.end()) return out;
  out.markup_.append(children.markup_).append("</").append(name.text()).append(">");
  return out;
}

Html Builder::document(const Html& head, const Html& body) {
  Html out;
  out.markup_.append("<!doctype html>\n").append(element("html", {{"lang", "en"}}, [&] {
    Html both = head;
    both += body;
    return both;
  }()).markup_).append("\n");
  return out;
}

}  // namespace haar::console
