// A reader for the answers of AWS's query services: enough of XML for them, and nothing that could make it
// fetch, expand or recurse without bound.
#include <fmt/format.h>

#include <charconv>

#include "wire/codec.h"
#include "wire/text.h"
#include "wire/value.h"
#include "wire/xml.h"

namespace haar::wire {
namespace {

Error malformed(std::string_view what) {
  return {"MalformedResponse", fmt::format("The answer is not the XML it should be: {}.", what), 502,
          Fault::receiver};
}

void append_utf8(std::string& out, std::uint32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    (out += static_cast<char>(0xC0 | c >> 6)) += static_cast<char>(0x80 | (c & 63));
  } else if (c < 0x10000) {
    ((out += static_cast<char>(0xE0 | c >> 12)) += static_cast<char>(0x80 | (c >> 6 & 63))) +=
        static_cast<char>(0x80 | (c & 63));
  } else {
    (((out += static_cast<char>(0xF0 | c >> 18)) += static_cast<char>(0x80 | (c >> 12 & 63))) +=
     static_cast<char>(0x80 | (c >> 6 & 63))) += static_cast<char>(0x80 | (c & 63));
  }
}

// "amp" -> &; "#x41" -> A. False if there is no such entity.
bool append_entity(std::string& out, std::string_view name) {
  if (name == "amp") return out += '&', true;
  if (name == "lt") return out += '<', true;
  if (name == "gt") return out += '>', true;
  if (name == "quot") return out += '"', true;
  if (name == "apos") return out += '\'', true;
  if (!name.starts_with('#')) return false;
  const bool hex = name.size() > 1 && name[1] == 'x';
  const std::string_view digits = name.substr(hex ? 2 : 1);
  std::uint32_t c = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), c, hex ? 16 : 10);
  if (error != std::errc{} || end != digits.data() + digits.size()) return false;
  if (c == 0 || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) return false;
  append_utf8(out, c);
  return true;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  Result<XmlElement> document() {
    XmlElement root;
    TRY(skip_misc());
    TRY(element(root, 0));
    TRY(skip_misc());
    if (!rest_.empty()) return malformed("something follows the root element");
    return root;
  }

 private:
  bool take(std::string_view token) {
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }

  // What stands before `token`; the token is taken too.
  Result<std::string_view> until(std::string_view token) {
    const std::size_t at = rest_.find(token);
    if (at == std::string_view::npos) return malformed(fmt::format("'{}' is missing", token));
    const std::string_view before = rest_.substr(0, at);
    rest_.remove_prefix(at + token.size());
    return before;
  }

  // White space, comments, processing instructions.
  Result<void> skip_misc() {
    for (;;) {
      rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size()));
      if (take("<?"))
        TRY(until("?>"));
      else if (take("<!--"))
        TRY(until("-->"));
      else
        return {};
    }
  }

  Result<void> element(XmlElement& out, std::size_t depth) {
    if (depth >= nesting_max) return malformed("it is nested too deeply");
    if (++count_ > xml_elements_max) return malformed("it has too many elements");
    if (!take("<")) return malformed("an element is missing");
    const std::size_t name_end = rest_.find_first_of(" \t\r\n/>");
    if (name_end == 0 || name_end == std::string_view::npos || rest_[0] == '!')
      return malformed("a name is missing");
    const std::string name(rest_.substr(0, name_end));
    rest_.remove_prefix(name_end);
    out.name = name.substr(name.find(':') == std::string::npos ? 0 : name.find(':') + 1);
    TRY(skip_attributes());
    if (take("/>")) return {};
    if (!take(">")) return malformed("a tag does not end");
    TRY(content(out, depth));
    if (!take(name)) return malformed(fmt::format("<{}> is not closed", out.name));
    TRY(until(">"));
    return {};
  }

  Result<void> skip_attributes() {
    while (!rest_.empty() && rest_[0] != '>' && !rest_.starts_with("/>")) {
      if (rest_[0] == '"') {
        rest_.remove_prefix(1);
        TRY(until("\""));
      } else if (rest_[0] == '\'') {
        rest_.remove_prefix(1);
        TRY(until("'"));
      } else {
        rest_.remove_prefix(1);
      }
    }
    return {};
  }

  // Up to and including the "</" that closes the element.
  Result<void> content(XmlElement& out, std::size_t depth) {
    for (;;) {
      const std::size_t next = rest_.find_first_of("<&");
      if (next == std::string_view::npos) return malformed(fmt::format("<{}> is not closed", out.name));
      out.text += rest_.substr(0, next);
      rest_.remove_prefix(next);
      if (take("</")) return {};
      if (take("&")) {
        if (!append_entity(out.text, TRY(until(";")))) return malformed("an entity is unknown");
      } else if (take("<![CDATA[")) {
        out.text += TRY(until("]]>"));
      } else if (take("<!--")) {
        TRY(until("-->"));
      } else if (take("<?")) {
        TRY(until("?>"));
      } else {
        TRY(element(out.children.emplace_back(), depth + 1));
      }
    }
  }

  std::string_view rest_;
  std::size_t count_ = 0;
};

Result<void> read_value(const Member& m, const XmlElement& element, void* value);

Result<void> read_entry(const Member& m, const XmlElement& entry, void* map) {
  const XmlElement* key = entry.child(m.shape->key->response_name);
  const XmlElement* value = entry.child(m.shape->element->response_name);
  if (key == nullptr || value == nullptr) return malformed("an entry of a map has no key or no value");
  return read_value(*m.shape->element, *value, m.shape->map->insert(map, key->text));
}

Result<void> read_value(const Member& m, const XmlElement& element, void* value) {
  const Shape& shape = *m.shape;
  if (shape.kind == Kind::structure) return read_members(shape, element, value);
  if (shape.kind == Kind::list) {
    for (const XmlElement& child : element.children)
      if (child.name == shape.element->response_name)
        TRY(read_value(*shape.element, child, shape.list->append(value)));
    return {};
  }
  if (shape.kind == Kind::map) {
    for (const XmlElement& child : element.children)
      if (child.name == "entry") TRY(read_entry(m, child, value));
    return {};
  }
  if (const char* expected = read_scalar(shape, element.text, value))
    return malformed(fmt::format("<{}> is not {}", element.name, expected));
  return {};
}

}  // namespace

const XmlElement* XmlElement::child(std::string_view wanted) const {
  for (const XmlElement& c : children)
    if (c.name == wanted) return &c;
  return nullptr;
}

Result<XmlElement> parse_xml(std::string_view text) { return Reader(text).document(); }

Result<void> read_members(const Shape& shape, const XmlElement& element, void* value) {
  for (const Member& m : shape.members) {
    const bool many = m.flattened && (m.shape->kind == Kind::list || m.shape->kind == Kind::map);
    void* at = nullptr;
    for (const XmlElement& child : element.children) {
      if (child.name != m.response_name) continue;
      if (at == nullptr) at = make_value(m, value);
      if (!many) {
        TRY(read_value(m, child, at));
        break;
      }
      if (m.shape->kind == Kind::map)
        TRY(read_entry(m, child, at));
      else
        TRY(read_value(*m.shape->element, child, m.shape->list->append(at)));
    }
  }
  return {};
}

}  // namespace haar::wire
