// XML as the query protocols use it: elements, text, namespaces that nobody reads. Internal to src/wire.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "wire/schema.h"

namespace haar::wire {

inline constexpr std::size_t xml_elements_max = 200'000;

// Appends character data. What XML cannot carry becomes U+FFFD: an answer must always be readable.
void append_escaped(std::string& out, std::string_view text);
inline void append_open(std::string& out, std::string_view name) { ((out += '<') += name) += '>'; }
inline void append_close(std::string& out, std::string_view name) { ((out += "</") += name) += '>'; }
void append_element(std::string& out, std::string_view name, std::string_view text);

// Appends the members of a structure as elements, in the model's order; absent ones are left out.
void write_members(std::string& out, const Service& service, const Shape& shape, const void* value);

struct XmlElement {
  std::string name;  // without its namespace prefix
  std::string text;  // of the element itself, entities resolved
  std::vector<XmlElement> children;

  [[nodiscard]] const XmlElement* child(std::string_view name) const;
};

// Errors: MalformedResponse. No document type, at most nesting_max levels and xml_elements_max elements.
Result<XmlElement> parse_xml(std::string_view text);

// Fills the structure from the element's children; unknown elements are ignored.
Result<void> read_members(const Shape& shape, const XmlElement& element, void* value);

}  // namespace haar::wire
