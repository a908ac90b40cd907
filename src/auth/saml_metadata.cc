#include "auth/saml_metadata.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <algorithm>

#include "auth/libxml.h"
#include "auth/xml_document.h"
#include "base/encoding.h"

namespace haar::auth {
namespace {

constexpr const char* metadata_space = "urn:oasis:names:tc:SAML:2.0:metadata";
constexpr const char* signature_space = "http://www.w3.org/2000/09/xmldsig#";

struct CertificateFree {
  void operator()(X509* certificate) const { X509_free(certificate); }
};

std::string without_blanks(std::string text) {
  std::erase_if(text, [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; });
  return text;
}

// A certificate whose key may sign: RSA of a proper size, or an elliptic curve.
bool is_usable(const std::string& der) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const std::unique_ptr<X509, CertificateFree> certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  if (!certificate) return false;
  EVP_PKEY* key = X509_get0_pubkey(certificate.get());
  if (key == nullptr) return false;
  const int bits = EVP_PKEY_get_bits(key);
  if (EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA) return bits >= min_saml_rsa_bits && bits <= max_saml_rsa_bits;
  return EVP_PKEY_get_base_id(key) == EVP_PKEY_EC;
}

// False: some certificate of the descriptor cannot be read.
bool add_certificates(const xmlNode* descriptor, std::vector<std::string>& out) {
  for (const xmlNode* key : xml_children(descriptor, metadata_space, "KeyDescriptor")) {
    if (xml_attribute(key, "use").value_or("signing") != "signing") continue;
    for (const xmlNode* info : xml_children(key, signature_space, "KeyInfo")) {
      for (const xmlNode* data : xml_children(info, signature_space, "X509Data")) {
        for (const xmlNode* node : xml_children(data, signature_space, "X509Certificate")) {
          const std::optional<std::string> text = xml_text(node);
          std::optional<std::string> der = text ? from_base64(without_blanks(*text)) : std::nullopt;
          if (!der || !is_usable(*der)) return false;
          out.push_back(std::move(*der));
        }
      }
    }
  }
  return true;
}

// False: a date that cannot be read.
bool take_valid_until(const xmlNode* element, std::optional<Timestamp>& earliest) {
  const std::optional<std::string> text = xml_attribute(element, "validUntil");
  if (!text) return true;
  const std::optional<Timestamp> date = parse_timestamp(*text);
  if (!date) return false;
  earliest = earliest ? std::min(*earliest, *date) : *date;
  return true;
}

}  // namespace

Result<SamlMetadata> parse_saml_metadata(std::string_view xml) {
  const Error invalid{"InvalidMetadata", "Could not parse metadata", 400};
  // "must be encoded in UTF-8 format without a byte order mark"
  if (xml.starts_with("\xef\xbb\xbf")) return invalid;
  const Result<XmlDocument> document = parse_xml(xml);
  if (!document.ok()) return invalid;
  const xmlNode* entity = xmlDocGetRootElement(document->get());
  if (!is_element(entity, metadata_space, "EntityDescriptor")) return invalid;
  SamlMetadata out;
  out.entity_id = xml_attribute(entity, "entityID").value_or("");
  const std::vector<xmlNode*> descriptors = xml_children(entity, metadata_space, "IDPSSODescriptor");
  if (out.entity_id.empty() || descriptors.empty() || !take_valid_until(entity, out.valid_until)) return invalid;
  for (const xmlNode* descriptor : descriptors) {
    if (!add_certificates(descriptor, out.signing_certificates) || !take_valid_until(descriptor, out.valid_until))
      return invalid;
  }
  if (out.signing_certificates.empty()) return invalid;
  return out;
}

}  // namespace haar::auth
