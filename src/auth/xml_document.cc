#include "auth/xml_document.h"

#include "auth/libxml.h"
#include "base/encoding.h"

namespace haar::auth {
namespace {

struct ParserFree {
  void operator()(xmlParserCtxt* context) const { xmlFreeParserCtxt(context); }
};

const xmlChar* to_xml(const char* text) { return reinterpret_cast<const xmlChar*>(text); }

// Called where a document type begins, before anything of it is read.
void stop_at_document_type(void* context, const xmlChar*, const xmlChar*, const xmlChar*) {
  auto* parser = static_cast<xmlParserCtxt*>(context);
  parser->wellFormed = 0;
  xmlStopParser(parser);
}

void ignore_error(void*, const xmlError*) {}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t start = text.find_first_not_of(blanks);
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(blanks) - start + 1);
}

}  // namespace

void XmlFree::operator()(xmlDoc* document) const { xmlFreeDoc(document); }

Result<XmlDocument> parse_xml(std::string_view text) {
  static const bool ready = [] {
    xmlInitParser();
    return true;
  }();
  (void)ready;
  const Error invalid{"InvalidXml", "The document is not well-formed XML.", 400};
  if (text.size() > max_xml_bytes || !is_utf8(text) || text.find('\0') != std::string_view::npos) return invalid;
  const std::unique_ptr<xmlParserCtxt, ParserFree> parser(xmlNewParserCtxt());
  if (!parser) return invalid;
  parser->sax->internalSubset = stop_at_document_type;
  parser->sax->serror = reinterpret_cast<xmlStructuredErrorFunc>(ignore_error);
  // Without XML_PARSE_HUGE libxml2 keeps its own limits on depth, names and text.
  constexpr int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA;
  XmlDocument document(
      xmlCtxtReadMemory(parser.get(), text.data(), static_cast<int>(text.size()), nullptr, "UTF-8", options));
  if (!document || parser->wellFormed == 0 || document->intSubset != nullptr || document->extSubset != nullptr ||
      xmlDocGetRootElement(document.get()) == nullptr)
    return invalid;
  return document;
}

bool is_element(const xmlNode* node, const char* name_space, const char* name) {
  return node != nullptr && node->type == XML_ELEMENT_NODE && xmlStrEqual(node->name, to_xml(name)) == 1 &&
         node->ns != nullptr && xmlStrEqual(node->ns->href, to_xml(name_space)) == 1;
}

std::vector<xmlNode*> xml_children(const xmlNode* parent, const char* name_space, const char* name) {
  std::vector<xmlNode*> out;
  for (xmlNode* child = parent == nullptr ? nullptr : parent->children; child != nullptr; child = child->next) {
    if (is_element(child, name_space, name)) out.push_back(child);
  }
  return out;
}

xmlNode* only_xml_child(const xmlNode* parent, const char* name_space, const char* name) {
  const std::vector<xmlNode*> found = xml_children(parent, name_space, name);
  return found.size() == 1 ? found.front() : nullptr;
}

std::optional<std::string> xml_attribute(const xmlNode* element, const char* name) {
  xmlChar* value = xmlGetNoNsProp(element, to_xml(name));
  if (value == nullptr) return {};
  std::string out(reinterpret_cast<const char*>(value));
  free_xml(value);
  return out;
}

std::optional<std::string> xml_text(const xmlNode* element) {
  if (element == nullptr) return {};
  std::string out;
  for (const xmlNode* child = element->children; child != nullptr; child = child->next) {
    if (child->type != XML_TEXT_NODE && child->type != XML_CDATA_SECTION_NODE) return {};
    if (child->content != nullptr) out += reinterpret_cast<const char*>(child->content);
  }
  return std::string(trimmed(out));
}

std::vector<xmlNode*> all_xml_elements(const xmlDoc* document) {
  std::vector<xmlNode*> out;
  xmlNode* node = xmlDocGetRootElement(document);
  while (node != nullptr) {
    if (node->type == XML_ELEMENT_NODE) out.push_back(node);
    if (node->type == XML_ELEMENT_NODE && node->children != nullptr) {
      node = node->children;
      continue;
    }
    while (node != nullptr && node->next == nullptr) {
      node = node->parent != nullptr && node->parent->type == XML_ELEMENT_NODE ? node->parent : nullptr;
    }
    if (node != nullptr) node = node->next;
  }
  return out;
}

}  // namespace haar::auth
