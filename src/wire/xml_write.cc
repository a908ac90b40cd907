#include <array>
#include <string_view>

#include "wire/text.h"
#include "wire/value.h"
#include "wire/xml.h"

namespace haar::wire {
namespace {

inline constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

// The length of the UTF-8 sequence at `text[at]` if XML can carry its character, otherwise 0.
std::size_t sequence_length(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  const std::size_t length = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  return at + length <= text.size() && is_xml_text(text.substr(at, length)) ? length : 0;
}

class Writer {
 public:
  Writer(std::string& out, const Service& service) : out_(out), service_(service) {}

  void structure(const Shape& shape, const void* value) {
    for (const Member& m : shape.members) {
      const void* at = m.xml_attribute ? nullptr : find_value(m, value);
      if (at != nullptr) member(m, m.response_name, at);
    }
  }

 private:
  void open(std::string_view name, const Member& m) {
    out_ += '<';
    out_ += name;
    if (!m.xml_namespace.uri.empty()) {
      out_ += " xmlns";
      if (!m.xml_namespace.prefix.empty()) (out_ += ':') += m.xml_namespace.prefix;
      ((out_ += "=\"") += m.xml_namespace.uri) += '"';
    }
    out_ += '>';
  }

  void member(const Member& m, std::string_view name, const void* value) {
    const Shape& shape = *m.shape;
    if (shape.kind == Kind::list && m.flattened) {
      for (std::size_t i = 0; i < shape.list->size(value); ++i)
        member(*shape.element, name, shape.list->at(value, i));
      return;
    }
    if (shape.kind == Kind::map && m.flattened) return entries(m, name, value);
    open(name, m);
    content(m, value);
    append_close(out_, name);
  }

  void content(const Member& m, const void* value) {
    const Shape& shape = *m.shape;
    switch (shape.kind) {
      case Kind::structure: structure(shape, value); return;
      case Kind::list:
        for (std::size_t i = 0; i < shape.list->size(value); ++i)
          member(*shape.element, shape.element->response_name, shape.list->at(value, i));
        return;
      case Kind::map: entries(m, "entry", value); return;
      case Kind::string: append_escaped(out_, as<std::string>(value)); return;
      default: write_scalar(out_, service_, m, value); return;
    }
  }

  void entries(const Member& m, std::string_view name, const void* value) {
    visit_map(*m.shape, value, [&](const std::string& key, const void* element) {
      if (m.flattened)
        open(name, m);
      else
        append_open(out_, name);
      open(m.shape->key->response_name, *m.shape->key);
      append_escaped(out_, key);
      append_close(out_, m.shape->key->response_name);
      member(*m.shape->element, m.shape->element->response_name, element);
      append_close(out_, name);
    });
  }

  std::string& out_;
  const Service& service_;
};

// ASCII that is written as it is.
constexpr std::array<bool, 256> stands_for_itself = [] {
  std::array<bool, 256> table{};
  for (std::size_t c = 0x20; c < 0x80; ++c) table[c] = true;
  for (const char c : std::string_view("&<>\"")) table[static_cast<unsigned char>(c)] = false;
  return table;
}();

}  // namespace

void append_escaped(std::string& out, std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::size_t end = i;
    while (end < text.size() && stands_for_itself[static_cast<unsigned char>(text[end])]) ++end;
    out.append(text.substr(i, end - i));
    i = end;
    if (i == text.size()) return;
    const char c = text[i];
    switch (c) {
      case '&': out += "&amp;"; continue;
      case '<': out += "&lt;"; continue;
      case '>': out += "&gt;"; continue;
      case '"': out += "&quot;"; continue;
      case '\r': out += "&#xD;"; continue;  // a parser would turn it into \n
      default: break;
    }
    const std::size_t length = sequence_length(text, i);
    out += length == 0 ? replacement : text.substr(i, length);
    if (length > 1) i += length - 1;
  }
}

void append_element(std::string& out, std::string_view name, std::string_view text) {
  append_open(out, name);
  append_escaped(out, text);
  append_close(out, name);
}

void write_members(std::string& out, const Service& service, const Shape& shape, const void* value) {
  Writer(out, service).structure(shape, value);
}

}  // namespace haar::wire
