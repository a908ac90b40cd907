// What haar calls of libxml2, which is loaded with xmlsec when the first document is read: together they bring libxslt and
// the 30 MB of ICU.
#pragma once

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/tree.h>

#include "base/lazy_library.h"

namespace haar::auth {

// libxml2 itself is found through it: a library's handle names what it depends on, too.
inline constinit LazyLibrary xml_libraries{"libxmlsec1-openssl.so.1"};

inline constinit LazyFunction<decltype(::xmlAddID)> xmlAddID{xml_libraries, "xmlAddID"};
inline constinit LazyFunction<decltype(::xmlCtxtReadMemory)> xmlCtxtReadMemory{xml_libraries, "xmlCtxtReadMemory"};
inline constinit LazyFunction<decltype(::xmlDocGetRootElement)> xmlDocGetRootElement{xml_libraries, "xmlDocGetRootElement"};
inline constinit LazyFunction<decltype(::xmlFreeDoc)> xmlFreeDoc{xml_libraries, "xmlFreeDoc"};
inline constinit LazyFunction<decltype(::xmlFreeNode)> xmlFreeNode{xml_libraries, "xmlFreeNode"};
inline constinit LazyFunction<decltype(::xmlFreeParserCtxt)> xmlFreeParserCtxt{xml_libraries, "xmlFreeParserCtxt"};
inline constinit LazyFunction<decltype(::xmlGetNoNsProp)> xmlGetNoNsProp{xml_libraries, "xmlGetNoNsProp"};
inline constinit LazyFunction<decltype(::xmlHasNsProp)> xmlHasNsProp{xml_libraries, "xmlHasNsProp"};
inline constinit LazyFunction<decltype(::xmlInitParser)> xmlInitParser{xml_libraries, "xmlInitParser"};
inline constinit LazyFunction<decltype(::xmlNewParserCtxt)> xmlNewParserCtxt{xml_libraries, "xmlNewParserCtxt"};
inline constinit LazyFunction<decltype(::xmlNodeListGetString)> xmlNodeListGetString{xml_libraries, "xmlNodeListGetString"};
inline constinit LazyFunction<decltype(::xmlReconciliateNs)> xmlReconciliateNs{xml_libraries, "xmlReconciliateNs"};
inline constinit LazyFunction<decltype(::xmlReplaceNode)> xmlReplaceNode{xml_libraries, "xmlReplaceNode"};
inline constinit LazyFunction<decltype(::xmlStopParser)> xmlStopParser{xml_libraries, "xmlStopParser"};
inline constinit LazyFunction<decltype(::xmlStrEqual)> xmlStrEqual{xml_libraries, "xmlStrEqual"};
inline constinit LazyFunction<decltype(::xmlUnlinkNode)> xmlUnlinkNode{xml_libraries, "xmlUnlinkNode"};

// xmlFree is a variable that holds a function.
inline void free_xml(void* text) {
  static const xmlFreeFunc* const free = static_cast<xmlFreeFunc*>(xml_libraries.find("xmlFree"));
  (*free)(text);
}

}  // namespace haar::auth
