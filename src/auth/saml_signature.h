// XML signatures and XML encryption of SAML messages, by xmlsec. See saml.h for what is asked of them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "auth/xml_document.h"

namespace haar::auth {

inline constexpr const char* xml_signature_space = "http://www.w3.org/2000/09/xmldsig#";

// Makes the ID attribute of `element` one that references find. False: there is none, or another element has it.
bool register_xml_id(xmlDoc* document, xmlNode* element);

// True if `signature`, a child of `element`, is of the one shape that is taken, refers to `element` alone, and
// was made with the key of one of the certificates (DER).
bool is_signed_element(xmlNode* element, xmlNode* signature, const std::vector<std::string>& certificates);

// Replaces an xenc:EncryptedData by what it holds. False: none of the keys (PEM) opens it. The document is
// useless after a failure.
bool decrypt_xml(xmlNode* encrypted_data, const std::vector<std::string>& private_keys);

}  // namespace haar::auth
