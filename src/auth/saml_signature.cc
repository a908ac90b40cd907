#include "auth/saml_signature.h"

#include <algorithm>
#include <array>

#include "auth/libxmlsec.h"

namespace haar::auth {
namespace {

template <auto& Free>
struct Destroy {
  template <class T>
  void operator()(T* object) const { Free(object); }
};
using SignatureContext = std::unique_ptr<xmlSecDSigCtx, Destroy<xmlSecDSigCtxDestroy>>;
using EncryptionContext = std::unique_ptr<xmlSecEncCtx, Destroy<xmlSecEncCtxDestroy>>;
using KeysManager = std::unique_ptr<xmlSecKeysMngr, Destroy<xmlSecKeysMngrDestroy>>;

void ignore(const char*, int, const char*, const char*, const char*, int, const char*) {}

bool start() {
  static const bool started = [] {
    const bool ready = xmlSecInit() == 0 && xmlSecCheckVersion() == 1 && xmlSecCryptoAppInit(nullptr) == 0 &&
                       xmlSecCryptoInit() == 0;
    xmlSecErrorsSetCallback(ignore);  // last: each of these sets one that writes to standard error
    return ready;
  }();
  return started;
}

constexpr std::array<std::string_view, 3> canonicalizations{
    "http://www.w3.org/2001/10/xml-exc-c14n#", "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"};
constexpr std::array<std::string_view, 6> signature_methods{
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",   "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384",
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",   "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384", "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512"};
constexpr std::array<std::string_view, 3> digest_methods{"http://www.w3.org/2001/04/xmlenc#sha256",
                                                         "http://www.w3.org/2001/04/xmldsig-more#sha384",
                                                         "http://www.w3.org/2001/04/xmlenc#sha512"};
constexpr std::array<std::string_view, 3> transforms{"http://www.w3.org/2000/09/xmldsig#enveloped-signature",
                                                     "http://www.w3.org/2001/10/xml-exc-c14n#",
                                                     "http://www.w3.org/2001/10/xml-exc-c14n#WithComments"};

template <std::size_t N>
bool names_one_of(const xmlNode* method, const std::array<std::string_view, N>& allowed) {
  if (method == nullptr) return false;
  const std::string algorithm = xml_attribute(method, "Algorithm").value_or("");
  return std::ranges::find(allowed, algorithm) != allowed.end();
}

// SAML allows two transforms: the enveloped signature, and exclusive canonicalization after it.
bool are_plain_transforms(const xmlNode* reference) {
  const xmlNode* list = only_xml_child(reference, xml_signature_space, "Transforms");
  const std::vector<xmlNode*> all = xml_children(list, xml_signature_space, "Transform");
  if (all.empty() || all.size() > 2) return false;
  if (xml_attribute(all.front(), "Algorithm").value_or("") != transforms.front()) return false;
  return std::ranges::all_of(all, [](const xmlNode* one) { return names_one_of(one, transforms); });
}

bool is_plain_signature(const xmlNode* element, const xmlNode* signature) {
  if (!xml_children(signature, xml_signature_space, "Object").empty()) return false;
  const xmlNode* info = only_xml_child(signature, xml_signature_space, "SignedInfo");
  const xmlNode* reference = only_xml_child(info, xml_signature_space, "Reference");
  if (info == nullptr || reference == nullptr) return false;
  const std::string id = xml_attribute(element, "ID").value_or("");
  return !id.empty() && xml_attribute(reference, "URI").value_or("") == "#" + id &&
         names_one_of(only_xml_child(info, xml_signature_space, "CanonicalizationMethod"), canonicalizations) &&
         names_one_of(only_xml_child(info, xml_signature_space, "SignatureMethod"), signature_methods) &&
         names_one_of(only_xml_child(reference, xml_signature_space, "DigestMethod"), digest_methods) &&
         are_plain_transforms(reference);
}

xmlSecKeyPtr load_key(const std::string& bytes, xmlSecKeyDataFormat format) {
  return xmlSecCryptoAppKeyLoadMemory(reinterpret_cast<const xmlSecByte*>(bytes.data()), bytes.size(), format, nullptr,
                                      nullptr, nullptr);
}

// With a key of its own the context never looks at KeyInfo.
bool verifies(xmlNode* signature, const std::string& certificate) {
  const SignatureContext context(xmlSecDSigCtxCreate(nullptr));
  if (!context) return false;
  context->enabledReferenceUris = xmlSecTransformUriTypeSameDocument;
  context->signKey = load_key(certificate, xmlSecKeyDataFormatCertDer);
  return context->signKey != nullptr && xmlSecDSigCtxVerify(context.get(), signature) == 0 &&
         context->status == xmlSecDSigStatusSucceeded && xmlSecPtrListGetSize(&context->signedInfoReferences) == 1;
}

// Symmetric ciphers and key transport that AWS lists; RSA-OAEP only: the older padding is an oracle.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml.html
// Nothing is fetched: references to ciphertext or keys elsewhere are not followed.
bool allow_only_known(xmlSecEncCtx* context) {
  for (xmlSecEncCtx* one : {context, context->keyInfoReadCtx.encCtx}) {
    one->transformCtx.enabledUris = xmlSecTransformUriTypeNone;
    one->keyInfoReadCtx.retrievalMethodCtx.enabledUris = xmlSecTransformUriTypeNone;
    if (xmlSecPtrListAdd(&one->keyInfoReadCtx.enabledKeyData,
                         const_cast<void*>(static_cast<const void*>(xmlSecKeyDataEncryptedKeyId))) != 0)
      return false;
  }
  for (const xmlSecTransformId id : {xmlSecTransformAes128CbcId, xmlSecTransformAes192CbcId, xmlSecTransformAes256CbcId,
                                     xmlSecTransformAes128GcmId, xmlSecTransformAes192GcmId, xmlSecTransformAes256GcmId}) {
    if (xmlSecPtrListAdd(&context->transformCtx.enabledTransforms,
                         const_cast<void*>(static_cast<const void*>(id))) != 0)
      return false;
  }
  return xmlSecPtrListAdd(&context->keyInfoReadCtx.encCtx->transformCtx.enabledTransforms,
                          const_cast<void*>(static_cast<const void*>(xmlSecTransformRsaOaepId))) == 0;
}

bool decrypts(xmlNode* encrypted_data, const std::string& private_key) {
  const KeysManager keys(xmlSecKeysMngrCreate());
  if (!keys || xmlSecCryptoAppDefaultKeysMngrInit(keys.get()) != 0) return false;
  xmlSecKeyPtr key = load_key(private_key, xmlSecKeyDataFormatPem);
  if (key == nullptr) return false;
  if (xmlSecCryptoAppDefaultKeysMngrAdoptKey(keys.get(), key) != 0) {
    xmlSecKeyDestroy(key);
    return false;
  }
  const EncryptionContext context(xmlSecEncCtxCreate(keys.get()));
  if (!context || xmlSecKeyInfoCtxCreateEncCtx(&context->keyInfoReadCtx) != 0 || !allow_only_known(context.get()))
    return false;
  return xmlSecEncCtxDecrypt(context.get(), encrypted_data) == 0 && context->resultReplaced != 0;
}

}  // namespace

bool register_xml_id(xmlDoc* document, xmlNode* element) {
  xmlAttr* attribute = xmlHasNsProp(element, reinterpret_cast<const xmlChar*>("ID"), nullptr);
  const std::optional<std::string> id = xml_attribute(element, "ID");
  if (attribute == nullptr || !id || id->empty()) return false;
  return xmlAddID(nullptr, document, reinterpret_cast<const xmlChar*>(id->c_str()), attribute) != nullptr;
}

bool is_signed_element(xmlNode* element, xmlNode* signature, const std::vector<std::string>& certificates) {
  if (!start() || !is_plain_signature(element, signature)) return false;
  return std::ranges::any_of(certificates, [&](const std::string& der) { return verifies(signature, der); });
}

bool decrypt_xml(xmlNode* encrypted_data, const std::vector<std::string>& private_keys) {
  if (!start()) return false;
  return std::ranges::any_of(private_keys, [&](const std::string& pem) { return decrypts(encrypted_data, pem); });
}

}  // namespace haar::auth
