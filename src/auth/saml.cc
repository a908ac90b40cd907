#include "auth/saml.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <set>

#include "auth/libxml.h"
#include "auth/saml_signature.h"
#include "auth/xml_document.h"

namespace haar::auth {
namespace {

constexpr const char* protocol_space = "urn:oasis:names:tc:SAML:2.0:protocol";
constexpr const char* assertion_space = "urn:oasis:names:tc:SAML:2.0:assertion";
constexpr const char* encryption_space = "http://www.w3.org/2001/04/xmlenc#";
constexpr std::string_view bearer = "urn:oasis:names:tc:SAML:2.0:cm:bearer";
constexpr std::string_view success = "urn:oasis:names:tc:SAML:2.0:status:Success";

Error invalid(std::string message) { return {"InvalidSaml", std::move(message), 400}; }
Error unsigned_message() { return {"InvalidSignature", "Response signature invalid", 400}; }
// The same as for a wrong signature: who could tell them apart could decrypt a message bit by bit.
Error undecryptable() { return unsigned_message(); }

// The elements that a message is made of, found once and used for everything.
struct Message {
  xmlNode* response = nullptr;
  xmlNode* assertion = nullptr;
  xmlNode* response_signature = nullptr;
  xmlNode* assertion_signature = nullptr;
};

// Attributes that some reader or other takes for an ID: all of them have to differ.
bool has_unique_ids(const std::vector<xmlNode*>& elements) {
  std::set<std::string> seen;
  for (const xmlNode* element : elements) {
    for (const xmlAttr* attribute = element->properties; attribute != nullptr; attribute = attribute->next) {
      std::string name(reinterpret_cast<const char*>(attribute->name));
      std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      if (name != "id") continue;
      xmlChar* value = xmlNodeListGetString(element->doc, attribute->children, 1);
      const std::string id = value == nullptr ? std::string() : reinterpret_cast<const char*>(value);
      free_xml(value);
      if (!seen.insert(id).second) return false;
    }
  }
  return true;
}

// Where signatures, assertions and responses stand, and that they stand nowhere else.
Result<Message> find_message(const xmlDoc* document) {
  const std::vector<xmlNode*> elements = all_xml_elements(document);
  Message out;
  out.response = xmlDocGetRootElement(document);
  if (!is_element(out.response, protocol_space, "Response")) return invalid("Invalid SAML response: not a Response.");
  if (!has_unique_ids(elements)) return invalid("Invalid SAML response: an ID occurs twice.");
  std::vector<xmlNode*> signatures;
  for (xmlNode* element : elements) {
    if (is_element(element, protocol_space, "Response") && element != out.response)
      return invalid("Invalid SAML response: more than one Response.");
    if (is_element(element, assertion_space, "Assertion") || is_element(element, assertion_space, "EncryptedAssertion")) {
      if (out.assertion != nullptr || element->parent != out.response)
        return invalid("Invalid SAML response: it must hold one Assertion.");
      out.assertion = element;
    }
    if (is_element(element, xml_signature_space, "Signature")) signatures.push_back(element);
  }
  if (out.assertion == nullptr) return invalid("Invalid SAML response: it holds no Assertion.");
  for (xmlNode* signature : signatures) {
    xmlNode** place = signature->parent == out.response    ? &out.response_signature
                      : signature->parent == out.assertion ? &out.assertion_signature
                                                           : nullptr;
    if (place == nullptr || *place != nullptr) return unsigned_message();
    *place = signature;
  }
  return out;
}

// Every signature that is there has to be right, and the assertion has to be covered by one.
Result<void> check_signatures(const Message& message, const std::vector<std::string>& certificates, bool covered) {
  xmlDoc* document = message.response->doc;
  if (message.assertion_signature != nullptr) {
    if (!register_xml_id(document, message.assertion) ||
        !is_signed_element(message.assertion, message.assertion_signature, certificates))
      return unsigned_message();
    covered = true;
  }
  if (!covered) return unsigned_message();
  return {};
}

Result<bool> check_response_signature(const Message& message, const std::vector<std::string>& certificates) {
  if (message.response_signature == nullptr) return false;
  if (!register_xml_id(message.response->doc, message.response) ||
      !is_signed_element(message.response, message.response_signature, certificates))
    return unsigned_message();
  return true;
}

Result<Message> decrypted(const Message& message, const SamlRules& rules) {
  xmlNode* data = only_xml_child(message.assertion, encryption_space, "EncryptedData");
  xmlDoc* document = message.response->doc;
  if (data == nullptr || message.assertion_signature != nullptr || rules.private_keys.empty()) return undecryptable();
  if (!decrypt_xml(data, rules.private_keys)) return undecryptable();
  // What came out takes the place of its envelope, and the whole is looked at again.
  xmlNode* opened = only_xml_child(message.assertion, assertion_space, "Assertion");
  if (opened == nullptr) return undecryptable();
  xmlUnlinkNode(opened);
  xmlReplaceNode(message.assertion, opened);
  xmlReconciliateNs(document, opened);  // while the name spaces of the envelope are still there
  xmlFreeNode(message.assertion);
  Result<Message> again = find_message(document);
  if (!again.ok() || !is_element(again->assertion, assertion_space, "Assertion")) return undecryptable();
  return again;
}

std::optional<Timestamp> time_attribute(const xmlNode* element, const char* name) {
  const std::optional<std::string> text = xml_attribute(element, name);
  return text ? parse_timestamp(*text) : std::nullopt;
}

// False: an attribute that is there and is no time.
bool read_time(const xmlNode* element, const char* name, std::optional<Timestamp>& out) {
  if (!xml_attribute(element, name)) return true;
  out = time_attribute(element, name);
  return out.has_value();
}

Result<void> check_status(const Message& message) {
  const xmlNode* status = only_xml_child(message.response, protocol_space, "Status");
  const xmlNode* code = only_xml_child(status, protocol_space, "StatusCode");
  if (code == nullptr) return invalid("Invalid SAML response: it has no status.");
  if (xml_attribute(code, "Value").value_or("") != success)
    return Error{"Rejected", "The identity provider reports that the authentication failed.", 403};
  return {};
}

Result<void> read_subject(const xmlNode* assertion, SamlAssertion& out) {
  const xmlNode* subject = only_xml_child(assertion, assertion_space, "Subject");
  const xmlNode* name = only_xml_child(subject, assertion_space, "NameID");
  const std::optional<std::string> text = xml_text(name);
  if (!text || text->empty()) return invalid("Invalid SAML response: the Subject has no NameID.");
  out.subject = *text;
  out.subject_format = xml_attribute(name, "Format").value_or("");
  const xmlNode* confirmation = only_xml_child(subject, assertion_space, "SubjectConfirmation");
  const xmlNode* data = only_xml_child(confirmation, assertion_space, "SubjectConfirmationData");
  const std::optional<Timestamp> until = data == nullptr ? std::nullopt : time_attribute(data, "NotOnOrAfter");
  if (!until || xml_attribute(confirmation, "Method").value_or("") != bearer || xml_attribute(data, "NotBefore"))
    return invalid("Invalid SAML response: there must be one bearer SubjectConfirmation with NotOnOrAfter and Recipient.");
  out.recipient = xml_attribute(data, "Recipient").value_or("");
  out.confirmed_until = *until;
  return {};
}

// Conditions that are not known cannot be said to hold.
Result<void> read_conditions(const xmlNode* assertion, SamlAssertion& out) {
  const std::vector<xmlNode*> all = xml_children(assertion, assertion_space, "Conditions");
  if (all.empty()) return {};
  if (all.size() > 1 || !read_time(all.front(), "NotBefore", out.not_before) ||
      !read_time(all.front(), "NotOnOrAfter", out.not_on_or_after))
    return invalid("Invalid SAML response: its Conditions cannot be read.");
  for (const xmlNode* one = all.front()->children; one != nullptr; one = one->next) {
    if (one->type != XML_ELEMENT_NODE) continue;
    if (is_element(one, assertion_space, "OneTimeUse") || is_element(one, assertion_space, "ProxyRestriction")) continue;
    if (!is_element(one, assertion_space, "AudienceRestriction"))
      return invalid("Invalid SAML response: it has a condition that is not known.");
    std::vector<std::string>& list = out.audiences.emplace_back();
    for (const xmlNode* audience : xml_children(one, assertion_space, "Audience")) {
      const std::optional<std::string> text = xml_text(audience);
      if (!text) return invalid("Invalid SAML response: its Audience cannot be read.");
      list.push_back(*text);
    }
  }
  return {};
}

Result<void> read_attributes(const xmlNode* assertion, SamlAssertion& out) {
  std::size_t values = 0;
  for (const xmlNode* statement : xml_children(assertion, assertion_space, "AttributeStatement")) {
    for (const xmlNode* attribute : xml_children(statement, assertion_space, "Attribute")) {
      std::vector<std::string>& list = out.attributes[xml_attribute(attribute, "Name").value_or("")];
      for (const xmlNode* value : xml_children(attribute, assertion_space, "AttributeValue")) {
        const std::optional<std::string> text = xml_text(value);
        if (!text || ++values > max_saml_attribute_values)
          return invalid("Invalid SAML response: an attribute value cannot be read.");
        list.push_back(*text);
      }
    }
  }
  for (const xmlNode* statement : xml_children(assertion, assertion_space, "AuthnStatement")) {
    if (!read_time(statement, "SessionNotOnOrAfter", out.session_until))
      return invalid("Invalid SAML response: its AuthnStatement cannot be read.");
  }
  return {};
}

Result<SamlAssertion> read_assertion(const Message& message) {
  const xmlNode* assertion = message.assertion;
  SamlAssertion out;
  const std::optional<Timestamp> issued = time_attribute(assertion, "IssueInstant");
  out.id = xml_attribute(assertion, "ID").value_or("");
  if (out.id.empty() || !issued || xml_attribute(assertion, "Version").value_or("") != "2.0" ||
      xml_attribute(message.response, "Version").value_or("") != "2.0")
    return invalid("Invalid SAML response: ID, IssueInstant or Version is missing.");
  out.issued = *issued;
  out.issuer = xml_text(only_xml_child(assertion, assertion_space, "Issuer")).value_or("");
  out.destination = xml_attribute(message.response, "Destination").value_or("");
  TRY(read_subject(assertion, out));
  TRY(read_conditions(assertion, out));
  TRY(read_attributes(assertion, out));
  return out;
}

// A response has an issuer of its own, or none; then it must be the provider too.
Result<void> check_issuers(const Message& message, const SamlAssertion& assertion, const std::string& entity_id) {
  const Error wrong{"WrongIssuer", "Issuer not present in specified provider", 400};
  if (assertion.issuer != entity_id) return wrong;
  const std::vector<xmlNode*> own = xml_children(message.response, assertion_space, "Issuer");
  if (own.size() > 1 || (own.size() == 1 && xml_text(own.front()).value_or("") != entity_id)) return wrong;
  return {};
}

}  // namespace

Result<SamlAssertion> verify_saml_response(std::string_view xml, const SamlRules& rules) {
  const Result<XmlDocument> document = parse_xml(xml);
  if (!document.ok() || xml.size() > max_saml_response_bytes) return invalid("Invalid SAML response: it is not XML.");
  Message message = TRY(find_message(document->get()));
  TRY(check_status(message));
  const bool covered = TRY(check_response_signature(message, rules.provider.signing_certificates));
  const bool encrypted = is_element(message.assertion, assertion_space, "EncryptedAssertion");
  if (rules.must_be_encrypted && !encrypted)
    return invalid("Invalid SAML response: the assertion must be encrypted.");
  if (encrypted) message = TRY(decrypted(message, rules));
  TRY(check_signatures(message, rules.provider.signing_certificates, covered));
  SamlAssertion out = TRY(read_assertion(message));
  TRY(check_issuers(message, out, rules.provider.entity_id));
  return out;
}

bool is_saml_private_key(std::string_view pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> input(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  // No password is asked for: a key under one is refused.
  const auto no_password = [](char*, int, int, void*) { return 0; };
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      PEM_read_bio_PrivateKey(input.get(), nullptr, no_password, nullptr), EVP_PKEY_free);
  return key && EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_RSA && EVP_PKEY_get_bits(key.get()) >= min_saml_rsa_bits;
}

}  // namespace haar::auth
