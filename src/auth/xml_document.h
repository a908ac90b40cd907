// XML from outside, read so that reading can do no harm: no document type (so no entities, no external
// anything), no network, bounded depth and size. Only src/auth includes libxml2.
#pragma once

#include <libxml/tree.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace haar::auth {

inline constexpr std::size_t max_xml_bytes = 10'000'000;  // SAML metadata may be as long

struct XmlFree {
  void operator()(xmlDoc* document) const;
};
using XmlDocument = std::unique_ptr<xmlDoc, XmlFree>;

// Error: code "InvalidXml", for what is not well-formed UTF-8 XML and for any document type declaration.
Result<XmlDocument> parse_xml(std::string_view text);

// True for an element of this name in this name space.
bool is_element(const xmlNode* node, const char* name_space, const char* name);
// The element children of this name, in order.
std::vector<xmlNode*> xml_children(const xmlNode* parent, const char* name_space, const char* name);
// The only one; null if there is none or more than one.
xmlNode* only_xml_child(const xmlNode* parent, const char* name_space, const char* name);
// An attribute without a name space; nullopt: absent.
std::optional<std::string> xml_attribute(const xmlNode* element, const char* name);
// The text of an element that holds text and nothing else, without blanks at its ends. nullopt for elements,
// comments and instructions inside: canonical XML leaves comments out, so a text with one could be read in
// two ways under one signature.
std::optional<std::string> xml_text(const xmlNode* element);
// Every element of the document, in order.
std::vector<xmlNode*> all_xml_elements(const xmlDoc* document);

}  // namespace haar::auth
